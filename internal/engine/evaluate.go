package engine

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Evaluate works off dirty subjects, the most recently marked first, until
// none is left or enough says so after a subject. It returns the results that
// differ from what was remembered; an empty one tells that a subject has
// nothing to tell any longer.
func (e *Engine) Evaluate(now time.Time, enough func() bool) []*analysis.Result {
	e.due(now)
	var out []*analysis.Result
	for len(e.queue) > 0 {
		last := len(e.queue) - 1
		m := e.queue[last]
		e.queue[last] = nil
		e.queue = e.queue[:last]
		if !m.dirty {
			continue
		}
		if r, changed := e.refresh(m, now); changed {
			out = append(out, r)
		}
		if enough != nil && enough() {
			break
		}
	}
	return out
}

func (e *Engine) refresh(m *memo, now time.Time) (*analysis.Result, bool) {
	m.dirty = false
	old := m.result
	if m.proposals == 0 {
		e.forget(m)
	} else {
		t := &trace{store: e.store}
		m.result = e.evaluate(e.store, m.ref, t, now)
		e.remember(m, t)
	}
	if m.result.Equal(old) {
		m.result = old
		return nil, false
	}
	if m.result == nil {
		return &analysis.Result{Subject: m.ref}, true
	}
	return m.result, true
}

// remember replaces the memo's reads and wake-up by those of the trace.
func (e *Engine) remember(m *memo, t *trace) {
	t.settle()
	if missing := widest(t.ids) - len(e.readers); missing > 0 {
		e.readers = append(e.readers, make([]readers, missing)...)
	}
	old, cur := m.reads, t.ids
	for len(old) > 0 || len(cur) > 0 {
		switch {
		case len(cur) == 0 || len(old) > 0 && old[0] < cur[0]:
			e.release(m, old[0])
			old = old[1:]
		case len(old) == 0 || cur[0] < old[0]:
			e.readers[cur[0]].add(m)
			cur = cur[1:]
		default: // kept twice: once by the memo, once by the trace
			e.store.Release(cur[0])
			old, cur = old[1:], cur[1:]
		}
	}
	m.reads, m.kinds = slices.Clip(slices.Clone(t.ids)), t.kinds
	e.wakeAt(m, t.wake)
}

// widest is how many bucket numbers there are up to the largest of a sorted list.
func widest(ids []inventory.BucketID) int {
	if len(ids) == 0 {
		return 0
	}
	return int(ids[len(ids)-1]) + 1
}

func (e *Engine) release(m *memo, id inventory.BucketID) {
	e.readers[id].remove(m)
	e.store.Release(id)
}

// forget drops a subject that nothing proposes any longer.
func (e *Engine) forget(m *memo) {
	for _, id := range m.reads {
		e.release(m, id)
	}
	m.reads, m.result, m.wake = nil, nil, time.Time{}
	delete(e.memos, m.ref)
	last := len(e.order) - 1
	e.order[m.place] = e.order[last]
	e.order[m.place].place = m.place
	e.order[last] = nil
	e.order = e.order[:last]
}
