package findings

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// take replaces what is known of a subject. Findings of checks that could not
// be evaluated stay, marked stale; the others go, unless they were found again.
func (l *Ledger) take(place string, r *analysis.Result) {
	entries := l.report(place).entries
	old := entries[r.Subject]
	if old == nil {
		old = &entry{}
	}
	e := &entry{result: r, seen: map[string]time.Time{}, stale: old.kept(r), labels: old.labels}
	if len(r.Findings) > 0 {
		e.labels = labels{r.Labels, true}
	}
	for i := range r.Findings {
		id := r.Findings[i].ID
		e.seen[id] = l.since(place, id, old)
	}
	for i := range e.stale {
		e.seen[e.stale[i].ID] = e.stale[i].FirstSeen
	}
	if r.Empty() {
		delete(entries, r.Subject)
		l.release(place)
		return
	}
	entries[r.Subject] = e
}

// kept lists the entry's findings whose checks a new result could not evaluate.
func (e *entry) kept(r *analysis.Result) []Finding {
	var out []Finding
	for _, f := range e.all() {
		if slices.ContainsFunc(r.NotEvaluated, func(n analysis.NotEvaluated) bool {
			return n.Reason.Unreadable() && n.Check.ID() == f.Check.ID()
		}) {
			f.Stale = true
			out = append(out, f)
		}
	}
	return out
}

// all lists the entry's findings, fresh and stale.
func (e *entry) all() []Finding {
	out := slices.Clone(e.stale)
	if e.result == nil {
		return out
	}
	for _, f := range e.result.Findings {
		out = append(out, Finding{Finding: f, FirstSeen: e.seen[f.ID], SubjectUID: e.result.UID})
	}
	return out
}

// Restore hands back what an earlier run of the program had published in a
// report. First-seen times are taken over by findings that are found again, if
// only a moment later; the others are shown as stale for as long as their
// subject's kind cannot be read, and resolved as soon as it can.
func (l *Ledger) Restore(name string, published []Finding) {
	l.mu.Lock()
	l.past[name] = newPast(published)
	l.limit(name)
	report := l.report(name)
	for _, f := range published {
		e := report.entries[f.Subject]
		if e == nil {
			e = &entry{restored: true, seen: map[string]time.Time{}}
			report.entries[f.Subject] = e
		}
		e.restore(f)
	}
	touched := map[string]bool{name: true}
	if l.settled {
		l.resolveRestored(touched)
	}
	l.publish(touched)
}

func (e *entry) restore(f Finding) {
	_, known := e.seen[f.ID]
	if i := slices.IndexFunc(e.stale, func(stale Finding) bool { return stale.ID == f.ID }); i >= 0 {
		e.stale[i].FirstSeen, e.stale[i].SuppressedBy = f.FirstSeen, f.SuppressedBy
	} else if e.restored || e.unevaluated(f.Check) {
		f.Stale, known = true, true
		e.stale = append(e.stale, f)
	}
	if known {
		e.seen[f.ID] = f.FirstSeen
	}
}

func (e *entry) unevaluated(c analysis.Check) bool {
	return slices.ContainsFunc(e.result.NotEvaluated, func(n analysis.NotEvaluated) bool {
		return n.Reason.Unreadable() && n.Check.ID() == c.ID()
	})
}

// resolveRestored drops restored findings whose subject's kind can be read:
// the engine has settled and did not find them again.
func (l *Ledger) resolveRestored(touched map[string]bool) {
	for name, report := range l.reports {
		for ref, e := range report.entries {
			if e.restored && !l.unreadable(ref, e) {
				delete(report.entries, ref)
				touched[name] = true
			}
		}
	}
}

// unreadable tells whether a restored subject may be there and be missed. One of
// a kind that nobody reads is a workload that others tell of.
func (l *Ledger) unreadable(r inventory.Ref, e *entry) bool {
	if info, ok := l.Schema.Lookup(r.Kind); ok {
		return l.state(r.Kind, info.RefKey(r).Scope).Unreadable()
	}
	return slices.ContainsFunc(e.stale, func(f Finding) bool {
		return slices.ContainsFunc(l.SubjectKinds(f.Check), func(k inventory.Kind) bool {
			return l.state(k, r.Namespace).Unreadable()
		})
	})
}
