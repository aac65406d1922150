package analysis

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Panic is what a check did wrong on a subject.
type Panic struct {
	Check   Check
	Subject inventory.Ref
	Value   any
	Stack   []byte // none of a check that exceeded its budget
}

// Subject is what a run is about.
type Subject struct {
	*inventory.Object
	// Own is the bucket of the subject itself, read first by every check, so
	// that nothing is judged whose own kind cannot be read. Its index is nil for
	// a workload of a kind that the inventory does not hold.
	Own inventory.Bucket
}

// Run evaluates checks on one subject and sums up what they say; nil if that
// is nothing. A check that panics counts as not evaluated (Undecodable, by its
// subject's kind), as does one that exceeds its [Budget]; it is handed to
// broken, and stops no other. Reads are recorded all the same.
func Run(checks []Check, s Subject, w World, t Trace, now time.Time, broken func(Panic)) *Result {
	r := &Result{Subject: s.Ref}
	for _, c := range checks {
		p := &Pass{check: c, subject: s.Object, world: w, trace: t, now: now}
		if bad := p.run(s.Own); bad != nil {
			p.miss(s.Ref.Kind, bad.reason())
			broken(*bad)
		}
		if len(p.missing) > 0 {
			r.NotEvaluated = append(r.NotEvaluated, p.notEvaluated())
			continue
		}
		for _, f := range p.findings {
			r.Findings = append(r.Findings, *f)
		}
	}
	if r.Empty() {
		return nil
	}
	r.Findings = Number(r.Findings)
	sortNotEvaluated(r.NotEvaluated)
	return r
}

func (p *Pass) run(own inventory.Bucket) (bad *Panic) {
	defer func() {
		p.done = true
		if v := recover(); v != nil {
			bad = &Panic{Check: p.check, Subject: p.subject.Ref, Value: v}
			if bad.reason() != inventory.BudgetExceeded {
				bad.Stack = debug.Stack()
			}
		}
	}()
	if p.check.Subject == Faulty {
		p.check.Run(p)
		return nil
	}
	if own.Index != nil {
		p.Read(own)
	}
	if p.missing == nil {
		p.check.Run(p)
	}
	return nil
}

// reason is what the panic means to those who read the report.
func (p Panic) reason() inventory.State {
	if _, ok := p.Value.(overspent); ok {
		return inventory.BudgetExceeded
	}
	return inventory.Undecodable
}

// String names the check, the subject and the value of the panic.
func (p Panic) String() string {
	if p.reason() == inventory.BudgetExceeded {
		return fmt.Sprintf("check %s gave up on %s: %v", p.Check.ID(), p.Subject, p.Value)
	}
	return fmt.Sprintf("check %s panicked on %s: %v", p.Check.ID(), p.Subject, p.Value)
}
