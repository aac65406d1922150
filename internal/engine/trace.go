package engine

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// trace records the reads of one evaluation; a nil trace records nothing.
type trace struct {
	store *inventory.Store
	ids   []inventory.BucketID // each kept in the store as often as it stands here
	kinds inventory.KindSet
	wake  time.Time
}

// Record implements [analysis.Trace].
func (t *trace) Record(b inventory.Bucket) {
	t.ids = append(t.ids, t.store.Keep(b))
	t.kinds.AddIndex(t.store.Schema(), b.Index)
}

// Wake implements [analysis.Trace].
func (t *trace) Wake(at time.Time) {
	if t.wake.IsZero() || at.Before(t.wake) {
		t.wake = at
	}
}

// settle sorts the reads and keeps each once.
func (t *trace) settle() {
	slices.Sort(t.ids)
	kept := t.ids[:0]
	for i, id := range t.ids {
		if i > 0 && id == t.ids[i-1] {
			t.store.Release(id)
			continue
		}
		kept = append(kept, id)
	}
	t.ids = kept
}

// analysis avoids an interface that holds a nil pointer.
func (t *trace) analysis() analysis.Trace {
	if t == nil {
		return nil
	}
	return t
}

// reader reads the store and records, if there is a trace.
func (t *trace) reader(s *inventory.Store) inventory.Reader {
	if t == nil {
		return s
	}
	return recorder{s, t}
}

type recorder struct {
	store *inventory.Store
	trace *trace
}

// Read implements [inventory.Reader].
func (r recorder) Read(b inventory.Bucket) []*inventory.Object {
	r.trace.Record(b)
	return r.store.Read(b)
}
