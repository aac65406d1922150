package analysis

import (
	"fmt"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// World is what a pass looks at; a [inventory.Store] is one.
type World interface {
	Read(inventory.Bucket) []*inventory.Object
	Check(inventory.Bucket) inventory.State
}

// Trace receives the reads of a pass. Nil means that nobody records.
type Trace interface {
	// Record is called for each read before its result is known.
	Record(inventory.Bucket)
	// Wake asks for another evaluation once t has passed.
	Wake(t time.Time)
}

// Pass is one evaluation of one check on one subject, and all that the check
// may see. It is dead once Run returned.
type Pass struct {
	check   Check
	subject *inventory.Object
	world   World
	trace   Trace
	now     time.Time
	done    bool
	read    int // objects

	findings []*Finding
	missing  map[inventory.Kind]inventory.State
}

// Subject is the object, or the controller of the workload, that the check is
// about. Its value is nil for a workload whose controller is not in the
// inventory.
func (p *Pass) Subject() *inventory.Object { return p.subject }

// Read implements [inventory.Reader].
func (p *Pass) Read(b inventory.Bucket) []*inventory.Object {
	if p.done {
		panic("analysis: " + p.check.ID() + " read through a pass that has ended")
	}
	if p.trace != nil {
		p.trace.Record(b)
	}
	if s := p.world.Check(b); !s.Known() {
		p.miss(b.Index.Kind, s)
	}
	objects := p.world.Read(b)
	if p.read += readCost + len(objects); p.read > Budget {
		panic(overspent{})
	}
	return objects
}

// Budget is how many objects a check may read about one subject, a read itself
// counting as [readCost] objects: far more than any check needs in a cluster of
// 100,000 Pods, and read in less than a second. A check that goes on is stopped
// and counts as not evaluated (BudgetExceeded), so that one odd object delays no
// other.
const Budget = 20_000_000

// readCost is what finding and recording a bucket costs, in objects.
const readCost = 20

// overspent ends a check that exceeded its budget.
type overspent struct{}

// String tells what happened, for the log.
func (overspent) String() string {
	return fmt.Sprintf("it would have read more than %d objects", Budget)
}

func (p *Pass) miss(k inventory.Kind, s inventory.State) {
	if p.missing == nil {
		p.missing = map[inventory.Kind]inventory.State{}
	}
	if old, ok := p.missing[k]; !ok || worse(s, old) {
		p.missing[k] = s
	}
}

// worse orders the reasons: Off is the mildest, the others go by their number.
func worse(a, b inventory.State) bool {
	return a.Unreadable() && (!b.Unreadable() || a > b)
}

// Reached tells whether t has passed. If not, the subject is evaluated again
// when it has. It is the only clock of a check.
func (p *Pass) Reached(t time.Time) bool {
	if !p.now.Before(t) {
		return true
	}
	if p.trace != nil {
		p.trace.Wake(t)
	}
	return false
}

// Report adds a finding about the subject, at a field path ("" for the object
// as a whole). The finding returned may be completed until Run returns.
func (p *Pass) Report(field, format string, args ...any) *Finding {
	f := &Finding{
		Check: p.check, Severity: p.check.Severity, Subject: p.subject.Ref,
		Field: field, Message: fmt.Sprintf(format, args...), Fix: p.check.Fix,
	}
	p.findings = append(p.findings, f)
	return f
}

// notEvaluated sums up what the check could not read.
func (p *Pass) notEvaluated() NotEvaluated {
	n := NotEvaluated{Check: p.check, Reason: inventory.Off}
	for k, s := range p.missing {
		if worse(s, n.Reason) {
			n.Reason = s
		}
		n.Kinds = append(n.Kinds, k)
	}
	slices.Sort(n.Kinds)
	return n
}
