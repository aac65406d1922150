package findings

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Config is what a ledger must know of the checks and kinds. It does not change.
type Config struct {
	Schema *inventory.Schema
	Checks []analysis.Check
	// SubjectKinds lists the kinds whose objects are subjects of a check; an
	// unreadable one means that the check may have missed a subject.
	SubjectKinds func(analysis.Check) []inventory.Kind
	// System is the operator's namespace, whose exceptions may name subjects of
	// the cluster's report; "" if there is none.
	System string
	// Now is the clock of first-seen times and of what expires.
	Now func() time.Time
	// Changed is told, without a lock held, which reports may read otherwise
	// now. It must not block.
	Changed func(reports []string)
}

// Ledger is safe for concurrent use.
type Ledger struct {
	Config
	mu         sync.Mutex
	policy     *Policy // immutable
	settled    bool
	namespaces map[string]Namespace
	states     map[inventory.Kind]map[string]inventory.State
	reports    map[string]*report
	past       map[string]*past
	exceptions map[string][]*exception // by namespace; sorted by name
}

// report holds what belongs into one report.
type report struct {
	entries map[inventory.Ref]*entry
	view    *View                // nil after a change
	until   time.Time            // when an exception ends that the view is built by; zero: never
	uses    map[*exception]*uses // of the view
}

// entry is what is remembered of one subject.
type entry struct {
	result *analysis.Result // of the last evaluation; nil if none came
	stale  []Finding        // of checks that could not be evaluated since
	seen   map[string]time.Time
	labels labels
	// restored: nothing was evaluated yet; stale holds what an earlier run of
	// the program knew.
	restored bool
}

// Finding is a finding with what the ledger knows of it.
type Finding struct {
	analysis.Finding
	FirstSeen time.Time
	Stale     bool
	// SuppressedBy names the exception that silences the finding, as
	// namespace/name, the first by name of those that match; "" for a finding
	// that counts.
	SuppressedBy string
	// SubjectUID is the UID of the subject; "" where it is not known.
	SubjectUID string
}

// New makes an empty ledger in which everything is audited by the default
// policy.
func New(c Config) *Ledger {
	return &Ledger{
		Config: c, policy: &Policy{Profile: analysis.Recommended},
		namespaces: map[string]Namespace{}, reports: map[string]*report{"": newReport()},
		states: map[inventory.Kind]map[string]inventory.State{}, past: map[string]*past{},
		exceptions: map[string][]*exception{},
	}
}

func newReport() *report { return &report{entries: map[inventory.Ref]*entry{}} }

// Update takes one step of the engine: results, changed states of kinds, and
// whether the engine has settled.
func (l *Ledger) Update(results []*analysis.Result, states []inventory.StateChange, settled bool) {
	l.mu.Lock()
	l.fade()
	touched := map[string]bool{}
	for _, r := range results {
		place := Place(r.Subject)
		l.take(place, r)
		touched[place] = true
	}
	for _, s := range states {
		l.setState(s)
	}
	if settled && !l.settled || len(states) > 0 {
		l.touchAll(touched)
	}
	l.settled = l.settled || settled
	if settled {
		l.resolveRestored(touched)
	}
	l.publish(touched)
}

// SetPolicy replaces the policy as a whole.
func (l *Ledger) SetPolicy(p Policy) {
	l.mu.Lock()
	l.policy = &p
	touched := map[string]bool{}
	l.touchAll(touched)
	l.publish(touched)
}

// SetNamespace tells of a namespace that came or changed.
func (l *Ledger) SetNamespace(n Namespace) {
	l.mu.Lock()
	l.namespaces[n.Name] = n
	l.limit(n.Name)
	l.publish(map[string]bool{n.Name: true, "": true})
}

// DeleteNamespace tells of a namespace that is gone. What is known of its
// objects goes when they do.
func (l *Ledger) DeleteNamespace(name string) {
	l.mu.Lock()
	delete(l.namespaces, name)
	l.release(name)
	l.publish(map[string]bool{name: true, "": true})
}

// publish ends a change that was begun with the lock held.
func (l *Ledger) publish(touched map[string]bool) {
	for name := range touched {
		if r, ok := l.reports[name]; ok {
			r.view = nil
		}
	}
	l.mu.Unlock()
	if l.Changed != nil && len(touched) > 0 {
		l.Changed(slices.Sorted(maps.Keys(touched)))
	}
}

// release forgets a report about a namespace that is gone, or not known yet,
// once nothing is left to tell of its objects.
func (l *Ledger) release(name string) {
	_, known := l.namespaces[name]
	if r, ok := l.reports[name]; ok && !known && name != "" && len(r.entries) == 0 {
		delete(l.reports, name)
	}
}

func (l *Ledger) touchAll(touched map[string]bool) {
	touched[""] = true
	for name := range l.namespaces {
		touched[name] = true
	}
	for name := range l.reports {
		touched[name] = true
	}
}

func (l *Ledger) setState(s inventory.StateChange) {
	if l.states[s.Kind] == nil {
		l.states[s.Kind] = map[string]inventory.State{}
	}
	l.states[s.Kind][s.Scope] = s.State
}

// state is that of a kind in a namespace, or of the whole kind for "".
func (l *Ledger) state(k inventory.Kind, namespace string) inventory.State {
	if s, ok := l.states[k][namespace]; ok {
		return s
	}
	return l.states[k][""]
}

func (l *Ledger) report(name string) *report {
	r, ok := l.reports[name]
	if !ok {
		r = newReport()
		l.reports[name] = r
	}
	return r
}
