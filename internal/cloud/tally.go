package cloud

import (
	"cmp"
	"fmt"
)

// patience is how many meshes may fail in a row before the others are left for
// the next round.
const patience = 2

// tally counts how the meshes of a round fail.
type tally struct {
	meshes, failed, denied, row int
	first, refused              *failure // first of those that are not denied, and of those that are
}

func (t *tally) add(f *failure) {
	t.meshes++
	switch {
	case f == nil:
		t.row = 0
	case f.class == ClassDenied:
		t.denied++
		t.refused = cmp.Or(t.refused, f)
	default:
		t.failed++
		t.row++
		t.first = cmp.Or(t.first, f)
	}
}

// over is why no other mesh is to be asked for in this round; nil if one is.
func (t *tally) over() *failure {
	if t.row >= patience || t.row > 0 && t.first.class == ClassWithdrawn {
		return t.first
	}
	return nil
}

// failure sums up. Its class is Available if nothing but the right to read some
// of the meshes lacks.
func (t *tally) failure() *failure {
	f := cmp.Or(t.first, t.refused)
	if f == nil {
		return nil
	}
	class := f.class
	if t.failed == 0 && t.denied < t.meshes {
		class = ClassAvailable
	}
	message := fmt.Sprintf("%d of %d meshes cannot be read: %s", t.failed+t.denied, t.meshes, f.message)
	return &failure{class: class, message: message}
}
