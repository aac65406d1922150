package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

const (
	// maxResolved is how many findings that went a report lists.
	maxResolved = 20
	// maxPath bounds their fields, so that the past leaves room for the present.
	maxPath = 256
	// moment is how much later than one replica another may hear of a change;
	// see [findings.Ledger.Recall].
	moment = time.Minute
)

// Resolve lists what went, the newest first: what a report listed before, save
// what is there again, and what went by the changes, at the given time unless
// the list has it.
func (o Options) Resolve(s *Shown, changes []Change, now *findings.View, at time.Time) []v1alpha1.Resolved {
	list := slices.Clone(s.Resolved)
	for i := range changes {
		f := changes[i].Before
		if changes[i].After == nil && position(list, f.ID) < 0 {
			list = append(list, o.resolved(f, at))
		}
	}
	for i := range now.Findings {
		if again := position(list, now.Findings[i].ID); again >= 0 {
			list = slices.Delete(list, again, again+1)
		}
	}
	slices.SortFunc(list, newestFirst)
	return list[:min(len(list), maxResolved)]
}

// Agree takes over what another replica, which believes to lead too, published
// of what went: of two times that are a moment apart, the earlier one. The two
// come to say the same. Anything else in their list is no replica's.
func (o Options) Agree(s *Shown, theirs []v1alpha1.Resolved, now time.Time) *Shown {
	agreed := *s
	agreed.Resolved = slices.Clone(s.Resolved)
	for i := range theirs {
		own := position(agreed.Resolved, theirs[i].ID)
		if own < 0 {
			f := s.find(theirs[i].ID)
			if f == nil {
				continue
			}
			own = len(agreed.Resolved)
			agreed.Resolved = append(agreed.Resolved, o.resolved(f, now))
		}
		earlier(&agreed.Resolved[own].FirstSeen, theirs[i].FirstSeen)
		earlier(&agreed.Resolved[own].ResolvedAt, theirs[i].ResolvedAt)
	}
	return &agreed
}

func earlier(own *metav1.Time, theirs metav1.Time) {
	if theirs.Before(own) && own.Sub(theirs.Time) <= moment {
		*own = theirs
	}
}

func (o Options) resolved(f *findings.Finding, at time.Time) v1alpha1.Resolved {
	return v1alpha1.Resolved{
		ID: f.ID, Check: f.Check.ID(), Severity: v1alpha1.Severity(f.Severity.String()),
		Subject: o.reference(f.Subject), Field: clip(f.Field, maxPath),
		FirstSeen: metav1.NewTime(f.FirstSeen), ResolvedAt: metav1.NewTime(at.UTC().Truncate(time.Second)),
	}
}

func position(list []v1alpha1.Resolved, id string) int {
	return slices.IndexFunc(list, func(r v1alpha1.Resolved) bool { return r.ID == id })
}

// newestFirst orders by time, then by severity and name, so that replicas agree.
func newestFirst(a, b v1alpha1.Resolved) int {
	return cmp.Or(
		b.ResolvedAt.Compare(a.ResolvedAt.Time),
		cmp.Compare(rank(b.Severity), rank(a.Severity)),
		strings.Compare(a.Check, b.Check),
		strings.Compare(a.Subject.Name, b.Subject.Name),
		strings.Compare(a.ID, b.ID),
	)
}

func rank(s v1alpha1.Severity) analysis.Severity {
	r, _ := analysis.ParseSeverity(string(s)) // an unknown one is the least
	return r
}
