package engine

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Config is what an engine works with. It does not change.
type Config struct {
	Schema *inventory.Schema
	Checks []analysis.Check
	// WorkloadKinds are the schema's kinds whose objects may be workloads.
	WorkloadKinds []inventory.Kind
	// IsWorkload tells whether the reference names a workload; its reads are
	// recorded with those of the checks.
	IsWorkload func(inventory.Reader, inventory.Ref) bool
	// Identify gives labels and UID of a subject, as far as they are known; its
	// reads are recorded with those of the checks. Nil knows none.
	Identify func(inventory.Reader, *inventory.Object) (labels map[string]string, uid string)
	// Broken is told of checks that panic.
	Broken func(analysis.Panic)
}

// Engine holds the inventory and the memos. It belongs to one goroutine.
type Engine struct {
	plan
	store   *inventory.Store
	memos   map[inventory.Ref]*memo
	order   []*memo // every memo once, for Verify
	next    int     // where Verify goes on
	readers []readers
	queue   []*memo
	wakes   wakes
	drift   uint64
}

// memo is what is remembered of a subject.
type memo struct {
	ref    inventory.Ref
	reads  []inventory.BucketID // sorted
	kinds  inventory.KindSet
	result *analysis.Result // nil if empty
	wake   time.Time        // zero if no check asked for a time
	place  int              // in Engine.order

	proposals int32 // how many objects make it a subject
	dirty     bool
}

// New makes an engine with an empty store.
func New(c Config) *Engine {
	return &Engine{
		plan: newPlan(c), store: inventory.New(c.Schema), memos: map[inventory.Ref]*memo{},
	}
}

// Store is the engine's inventory, to be read only.
func (e *Engine) Store() *inventory.Store { return e.store }

// Dirty tells whether a subject waits for evaluation.
func (e *Engine) Dirty() bool { return len(e.queue) > 0 }

// Drift counts the memos that Verify found to differ from a fresh evaluation.
// It must stay 0.
func (e *Engine) Drift() uint64 { return e.drift }

// Subjects counts the memos.
func (e *Engine) Subjects() int { return len(e.memos) }

// Results calls f for each subject with something to tell, in no order.
func (e *Engine) Results(f func(*analysis.Result)) {
	for _, m := range e.memos {
		if m.result != nil {
			f(m.result)
		}
	}
}

// plan says which checks a subject gets.
type plan struct {
	Config
	byKind    map[inventory.Kind][]analysis.Check
	workloads map[inventory.Kind]bool
}

func newPlan(c Config) plan {
	p := plan{Config: c, byKind: map[inventory.Kind][]analysis.Check{}, workloads: map[inventory.Kind]bool{}}
	for _, check := range c.Checks {
		for _, k := range check.Subjects() {
			p.byKind[k] = append(p.byKind[k], check)
		}
	}
	for _, k := range c.WorkloadKinds {
		p.workloads[k] = true
	}
	return p
}

// concerns tells whether any check may be about the reference.
func (p *plan) concerns(r inventory.Ref, faulty bool) bool {
	return faulty || len(p.byKind[r.Kind]) > 0 || p.mayBeWorkload(r)
}

func (p *plan) mayBeWorkload(r inventory.Ref) bool {
	if len(p.byKind[analysis.Workload]) == 0 {
		return false
	}
	_, known := p.Schema.Lookup(r.Kind)
	return !known || p.workloads[r.Kind]
}

// evaluate runs the checks of a subject.
func (p *plan) evaluate(s *inventory.Store, ref inventory.Ref, t *trace, now time.Time) *analysis.Result {
	subject := p.subject(s, ref)
	var checks []analysis.Check
	if _, exists := s.Get(ref); exists {
		checks = p.byKind[ref.Kind]
	}
	if p.mayBeWorkload(ref) && p.IsWorkload(t.reader(s), ref) {
		checks = append(slices.Clip(checks), p.byKind[analysis.Workload]...)
	}
	if subject.Fault != nil {
		checks = append(slices.Clip(checks), p.byKind[analysis.Faulty]...)
	}
	if len(checks) == 0 {
		return nil
	}
	r := analysis.Run(checks, subject, s, t.analysis(), now, p.Broken)
	if r != nil && len(r.Findings) > 0 && p.Identify != nil {
		r.Labels, r.UID = p.Identify(t.reader(s), subject.Object)
	}
	return r
}

func (p *plan) subject(s *inventory.Store, ref inventory.Ref) analysis.Subject {
	o, ok := s.Get(ref)
	if !ok {
		o = &inventory.Object{Ref: ref}
	}
	subject := analysis.Subject{Object: o}
	if info, ok := p.Schema.Lookup(ref.Kind); ok {
		subject.Own = inventory.Bucket{Index: info.Ref, Key: info.RefKey(ref)}
	}
	return subject
}

// subjects lists what an object proposes that some check may be about.
func (p *plan) subjects(o *inventory.Object) []inventory.Ref {
	refs := []inventory.Ref{o.Ref}
	if info, ok := p.Schema.Lookup(o.Ref.Kind); ok && info.Subjects != nil {
		refs = info.Subjects(o)
		if o.Fault != nil {
			refs = append(refs, o.Ref)
		}
	}
	kept := refs[:0]
	for _, r := range refs {
		if p.concerns(r, o.Fault != nil && r == o.Ref) {
			kept = append(kept, r)
		}
	}
	return kept
}
