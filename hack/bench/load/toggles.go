package load

import (
	"math/rand/v2"
	"slices"
)

// maxEdited bounds how many objects are away from the description at a time,
// of each sort of changes.
const maxEdited = 16

// toggles is an endless row of edits, away from the description and back: once
// enough objects are edited, each edit follows the return of the oldest one.
type toggles struct {
	random  *rand.Rand
	targets []change
	edited  []int // places in targets, oldest first
}

func (t *toggles) next() change {
	most := min(maxEdited, (len(t.targets)+1)/2)
	if len(t.edited) == most {
		return t.goBack()
	}
	for {
		n := t.random.IntN(len(t.targets))
		if !slices.Contains(t.edited, n) {
			t.edited = append(t.edited, n)
			c := t.targets[n]
			c.edited = true
			return c
		}
	}
}

func (t *toggles) goBack() change {
	c := t.targets[t.edited[0]]
	t.edited = t.edited[1:]
	return c
}

func (t *toggles) back() []change {
	var out []change
	for len(t.edited) > 0 {
		out = append(out, t.goBack())
	}
	return out
}
