package engine

import (
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Apply takes a batch into the store and marks what it may change. It returns
// the changes that it made, in order.
func (e *Engine) Apply(b inventory.Batch) []inventory.Change {
	var changes []inventory.Change
	for _, k := range b.Drops {
		for _, r := range e.sorted(k) {
			changes = e.apply(changes, &inventory.Object{Ref: r})
		}
	}
	for _, s := range b.States {
		if e.store.SetState(s.Kind, s.Scope, s.State) {
			e.markKind(s.Kind)
		}
	}
	for _, r := range slices.SortedFunc(maps.Keys(b.Objects), inventory.Ref.Compare) {
		changes = e.apply(changes, b.Objects[r])
	}
	e.markBuckets(e.store.Refresh())
	for _, c := range changes {
		e.propose(c)
	}
	e.tidyQueue()
	return changes
}

func (e *Engine) sorted(k inventory.Kind) []inventory.Ref {
	refs := e.store.Refs(k)
	slices.SortFunc(refs, inventory.Ref.Compare)
	return refs
}

func (e *Engine) apply(changes []inventory.Change, o *inventory.Object) []inventory.Change {
	c, changed := e.store.Apply(o)
	if !changed {
		return changes
	}
	e.markBuckets(c.Buckets)
	e.store.Settle(c)
	if c.Opaque {
		e.markKind(o.Ref.Kind)
	}
	return append(changes, c)
}

func (e *Engine) markBuckets(ids []inventory.BucketID) {
	for _, id := range ids {
		if int(id) < len(e.readers) {
			e.readers[id].each(e.mark)
		}
	}
}

// propose books the subjects that the old and the new object make, and puts
// them at the head of the queue.
func (e *Engine) propose(c inventory.Change) {
	if c.New != nil {
		e.book(c.New, +1)
	}
	if c.Old != nil {
		e.book(c.Old, -1)
	}
}

func (e *Engine) book(o *inventory.Object, n int32) {
	for _, r := range e.subjects(o) {
		m := e.memo(r)
		m.proposals += n
		m.dirty = true
		e.queue = append(e.queue, m)
	}
}

// tidyQueue leaves one entry of each subject, the last, in a queue in which
// changes come faster than they are worked off.
func (e *Engine) tidyQueue() {
	if len(e.queue) <= 2*len(e.memos)+spare {
		return
	}
	seen := make(map[*memo]bool, len(e.memos))
	kept := len(e.queue)
	for i := kept - 1; i >= 0; i-- {
		if m := e.queue[i]; m.dirty && !seen[m] {
			seen[m] = true
			kept--
			e.queue[kept] = m
		}
	}
	e.queue = slices.Delete(e.queue, 0, kept)
}

func (e *Engine) memo(r inventory.Ref) *memo {
	m, ok := e.memos[r]
	if !ok {
		m = &memo{ref: r, place: len(e.order)}
		e.memos[r] = m
		e.order = append(e.order, m)
	}
	return m
}

func (e *Engine) mark(m *memo) {
	if !m.dirty {
		m.dirty = true
		e.queue = append(e.queue, m)
	}
}

// markKind marks every reader of any bucket of a kind, and its objects.
func (e *Engine) markKind(k inventory.Kind) {
	for _, m := range e.order {
		if m.ref.Kind == k || m.kinds.Has(e.Schema, k) {
			e.mark(m)
		}
	}
}
