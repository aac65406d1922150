package report

import (
	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// Checks finds checks by their ID.
type Checks map[string]analysis.Check

// ByID makes checks findable.
func ByID(checks []analysis.Check) Checks {
	by := make(Checks, len(checks))
	for _, c := range checks {
		by[c.ID()] = c
	}
	return by
}

// Restore is the inverse of [Namespaced] and [Cluster] as far as a status says
// it. Findings of checks that no longer exist are left out.
func Restore(s *v1alpha1.ReportStatus, checks Checks) []findings.Finding {
	var out []findings.Finding
	for i := range s.Findings {
		f := &s.Findings[i]
		check, known := checks[f.Check]
		severity, err := analysis.ParseSeverity(string(f.Severity))
		if known && err == nil {
			out = append(out, restored(f, check, severity))
		}
	}
	return out
}

func restored(f *v1alpha1.Finding, check analysis.Check, severity analysis.Severity) findings.Finding {
	out := findings.Finding{
		Finding: analysis.Finding{
			ID: f.ID, Check: check, Severity: severity,
			// An opinion is above Info only about something sensitive.
			Sensitive: check.Opinion && severity > analysis.Info,
			Subject:   dereference(f.Subject), Field: f.Field, Message: f.Message, Fix: f.Fix,
			RelatedCount: int(f.RelatedCount),
		},
		FirstSeen: f.FirstSeen.UTC(), Stale: f.Stale, SuppressedBy: f.SuppressedBy,
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, dereference(r))
	}
	return out
}
