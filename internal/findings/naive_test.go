package findings_test

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/findings"
)

func (w *tale) state(e findings.Exception, u findings.Use) findings.UseState {
	switch {
	case w.over(e):
		return findings.Expired
	case u.Matched == 0:
		return findings.Unused
	}
	return findings.Active
}

func (w *tale) over(e findings.Exception) bool { return !e.Expires.IsZero() && !e.Expires.After(w.now) }

// naive marks, counts and sorts what a report shows, and counts what each
// exception does.
func (w *tale) naive(plain *findings.View, uses map[string]findings.Use) ([]findings.Finding, findings.Summary) {
	list, sum := slices.Clone(plain.Findings), findings.Summary{NotEvaluated: plain.Summary.NotEvaluated}
	for i := range list {
		f := &list[i]
		for key, e := range w.exceptions {
			if !w.matches(e, f, plain.Report) {
				continue
			}
			u := uses[key]
			switch {
			case plain.Report != "" && !w.within(f):
				u.Refused++
			default:
				u.Matched++
				if f.SuppressedBy == "" || key < f.SuppressedBy {
					f.SuppressedBy = key
				}
			}
			uses[key] = u
		}
		if f.SuppressedBy == "" {
			sum.BySeverity[f.Severity]++
		} else {
			sum.Suppressed++
		}
	}
	slices.SortStableFunc(list, func(a, b findings.Finding) int {
		if a.Severity != b.Severity || (a.SuppressedBy == "") == (b.SuppressedBy == "") {
			return int(b.Severity - a.Severity)
		}
		return len(a.SuppressedBy) - len(b.SuppressedBy)
	})
	return list, sum
}

func (w *tale) within(f *findings.Finding) bool {
	b := w.policy.Exceptions
	return (b.MaxSeverity == 0 || f.Severity <= b.MaxSeverity) && (b.Checks == nil || anyMatch(b.Checks, f.Check.ID()))
}

func anyMatch(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return findings.Match(p, name) })
}

func (w *tale) matches(e findings.Exception, f *findings.Finding, report string) bool {
	here := e.Namespace == report || report == "" && e.Namespace == "system" && e.Subjects != nil
	fits := func(s findings.Subject) bool {
		return (s.Kind == "" || s.Kind == string(f.Subject.Kind)) &&
			(s.Name == "" || findings.Match(s.Name, f.Subject.Name)) &&
			(s.Selects == nil || s.Selects(w.labels[f.Subject]))
	}
	return here && !w.over(e) && anyMatch(e.Checks, f.Check.ID()) &&
		(e.Subjects == nil || slices.ContainsFunc(e.Subjects, fits))
}
