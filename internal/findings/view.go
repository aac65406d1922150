package findings

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// View is one report's content at one moment. It is immutable.
type View struct {
	Report string // namespace, or "" for the cluster
	Owner  string // by the policy's owner label
	// Findings are sorted by severity, those that count first, by check and
	// subject.
	Findings []Finding
	// NotEvaluated is sorted by check and reason.
	NotEvaluated []analysis.NotEvaluated
	Summary      Summary
	policy       *Policy // by which it was made; nil if that is not known
}

// Runs tells whether the policy lets the view show findings of the check.
func (v *View) Runs(c analysis.Check) bool { return v.policy == nil || v.policy.Runs(c) }

// Summary counts findings. Suppressed ones count nowhere else.
type Summary struct {
	BySeverity   [analysis.Critical + 1]int
	Suppressed   int
	NotEvaluated int
}

// Add sums up.
func (s *Summary) Add(o Summary) {
	for i := range s.BySeverity {
		s.BySeverity[i] += o.BySeverity[i]
	}
	s.Suppressed += o.Suppressed
	s.NotEvaluated += o.NotEvaluated
}

// Complete tells whether every check that should be evaluated was.
func (v *View) Complete() bool {
	return !slices.ContainsFunc(v.NotEvaluated, func(n analysis.NotEvaluated) bool { return n.Incomplete() })
}

// View gives a report's content. It reports false if there should be no such
// report: the namespace is unknown, ending, or not audited.
func (l *Ledger) View(name string) (*View, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view(name)
}

// Views gives the content of all reports, the cluster's first.
func (l *Ledger) Views() []*View {
	l.mu.Lock()
	defer l.mu.Unlock()
	views := make([]*View, 0, len(l.namespaces)+1)
	names := []string{""}
	for name := range l.namespaces {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if v, ok := l.view(name); ok {
			views = append(views, v)
		}
	}
	return views
}

// Settled tells whether everything has been evaluated once; before, a view
// shows a part of the world.
func (l *Ledger) Settled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.settled
}

// States lists the kinds' states over the whole cluster, by kind.
func (l *Ledger) States() map[inventory.Kind]inventory.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[inventory.Kind]inventory.State, len(l.states))
	for k, scopes := range l.states {
		out[k] = scopes[""]
	}
	return out
}

func (l *Ledger) view(name string) (*View, bool) {
	n, known := l.namespaces[name]
	if name != "" && (!known || n.Terminating || !l.policy.audits(n)) {
		return nil, false
	}
	r := l.report(name)
	if r.view == nil || !r.until.IsZero() && !l.Now().Before(r.until) {
		l.build(name, n, r)
	}
	return r.view, true
}

func (l *Ledger) build(name string, n Namespace, r *report) {
	v := &View{Report: name, policy: l.policy}
	if l.policy.OwnerLabel != "" {
		v.Owner = n.Labels[l.policy.OwnerLabel]
	}
	blind, s := blindness{}, l.silence(name)
	l.addBlindKinds(name, blind)
	for _, e := range r.entries {
		l.addFindings(v, e, s)
		if e.result != nil {
			for _, n := range e.result.NotEvaluated {
				l.addBlind(blind, n)
			}
		}
	}
	slices.SortFunc(v.Findings, func(a, b Finding) int { return a.order(&b) })
	v.NotEvaluated = blind.list(l.optional)
	v.Summary.NotEvaluated = len(v.NotEvaluated)
	r.view, r.until, r.uses = v, s.until, s.uses
}

func (l *Ledger) addFindings(v *View, e *entry, s *silence) {
	for _, f := range e.all() {
		severity, ok := l.policy.shows(&f.Finding)
		if !ok {
			continue
		}
		f.Severity = severity
		if f.SuppressedBy = s.by(&f, e.labels); f.SuppressedBy == "" {
			v.Summary.BySeverity[severity]++
		} else {
			v.Summary.Suppressed++
		}
		v.Findings = append(v.Findings, f)
	}
}

// order: worst first, of these those that count, then by check, subject, field
// and ID.
func (f *Finding) order(o *Finding) int {
	return cmp.Or(
		cmp.Compare(o.Severity, f.Severity),
		f.Rank()-o.Rank(),
		strings.Compare(f.Check.ID(), o.Check.ID()),
		f.Subject.Compare(o.Subject),
		strings.Compare(f.Field, o.Field),
		strings.Compare(f.ID, o.ID),
	)
}

// Rank puts a finding that counts, 0, before one that an exception silences.
func (f *Finding) Rank() int {
	if f.SuppressedBy == "" {
		return 0
	}
	return 1
}
