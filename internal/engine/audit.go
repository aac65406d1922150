package engine

import (
	"maps"
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

// Fill makes a store that holds a batch, for [Audit].
func Fill(schema *inventory.Schema, b inventory.Batch) *inventory.Store {
	s := inventory.New(schema)
	for _, change := range b.States {
		s.SetState(change.Kind, change.Scope, change.State)
	}
	for _, r := range slices.SortedFunc(maps.Keys(b.Objects), inventory.Ref.Compare) {
		s.Apply(b.Objects[r])
	}
	return s
}

// all lists every subject that the store's objects propose, in order.
func (p *plan) all(s *inventory.Store) []inventory.Ref {
	var refs []inventory.Ref
	for _, info := range p.Schema.Kinds() {
		for _, ref := range s.Refs(info.Kind) {
			o, _ := s.Get(ref)
			refs = append(refs, p.subjects(o)...)
		}
	}
	slices.SortFunc(refs, inventory.Ref.Compare)
	return slices.Compact(refs)
}

// Inputs are the kinds that the checks read to judge every subject of a store:
// those of the objects at hand, so that a good answer needs many.
func Inputs(c Config, s *inventory.Store, now time.Time) []inventory.Kind {
	p, t := newPlan(c), &trace{store: s}
	for _, ref := range p.all(s) {
		p.evaluate(s, ref, t, now)
	}
	var out []inventory.Kind
	for _, info := range s.Schema().Kinds() {
		if t.kinds.Has(s.Schema(), info.Kind) {
			out = append(out, info.Kind)
		}
	}
	return out
}
