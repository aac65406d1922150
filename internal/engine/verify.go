package engine

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
)

// Verify evaluates up to n subjects from scratch, going on where it ended
// before, and compares reads and results with the memos. A difference counts
// as drift and is healed: the corrected result is returned. Summaries are made
// anew once a round, before the first subject. It must be called with nothing
// dirty.
func (e *Engine) Verify(now time.Time, n int) []*analysis.Result {
	e.due(now)
	var out []*analysis.Result
	for range min(n, len(e.order)) {
		if e.next %= len(e.order); e.next == 0 {
			e.recheck()
		}
		m := e.order[e.next]
		e.next++
		if m.dirty {
			continue
		}
		reads := slices.Clone(m.reads)
		r, changed := e.refresh(m, now)
		if changed {
			out = append(out, r)
		}
		if changed || !slices.Equal(reads, m.reads) {
			e.drift++
		}
	}
	return out
}

func (e *Engine) recheck() {
	ids := e.store.Recheck()
	e.drift += uint64(len(ids))
	e.markBuckets(ids)
}
