package engine

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Audit evaluates everything in a store once, on all cores, and remembers
// nothing. The results are in the order of [inventory.Ref.Compare], and are
// those of an engine that was handed the same objects and states.
func Audit(c Config, s *inventory.Store, now time.Time) []*analysis.Result {
	p := newPlan(c)
	refs := p.all(s)
	results := make([]*analysis.Result, len(refs))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(refs); i += workers {
				results[i] = p.evaluate(s, refs[i], nil, now)
			}
		})
	}
	group.Wait()
	return slices.DeleteFunc(results, func(r *analysis.Result) bool { return r == nil })
}

// all lists every subject that the store's objects propose, in order.
func (p *plan) all(s *inventory.Store) []inventory.Ref {
	seen := map[inventory.Ref]bool{}
	var refs []inventory.Ref
	for _, info := range p.Schema.Kinds() {
		for _, ref := range s.Refs(info.Kind) {
			o, _ := s.Get(ref)
			for _, r := range p.subjects(o) {
				if !seen[r] {
					seen[r] = true
					refs = append(refs, r)
				}
			}
		}
	}
	slices.SortFunc(refs, inventory.Ref.Compare)
	return refs
}
