package report

import (
	"slices"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// Namespaced is the status of a namespace's report. Its times are zero but for
// those of the findings; see [Stamp].
func Namespaced(v *findings.View, o Options) v1alpha1.MeshAuditReportStatus {
	s := v1alpha1.MeshAuditReportStatus{ReportStatus: o.common(v, v.NotEvaluated), Owner: v.Owner}
	o.truncate(&s.ReportStatus, Size(&s))
	return s
}

// common is what both kinds of report say; the condition Complete speaks of
// what blind lists. Findings are not yet cut.
func (o Options) common(v *findings.View, blind []analysis.NotEvaluated) v1alpha1.ReportStatus {
	s := v1alpha1.ReportStatus{Summary: summary(v.Summary), Resolved: slices.Clone(o.Resolved)}
	for i := range v.Findings {
		s.Findings = append(s.Findings, o.finding(&v.Findings[i]))
	}
	for _, n := range v.NotEvaluated {
		s.NotEvaluated = append(s.NotEvaluated, notEvaluated(n))
	}
	s.Conditions = conditions(blind)
	return s
}

func summary(s findings.Summary) v1alpha1.Summary {
	return v1alpha1.Summary{
		Critical:     count(s.BySeverity[analysis.Critical]),
		High:         count(s.BySeverity[analysis.High]),
		Medium:       count(s.BySeverity[analysis.Medium]),
		Low:          count(s.BySeverity[analysis.Low]),
		Info:         count(s.BySeverity[analysis.Info]),
		Suppressed:   count(s.Suppressed),
		NotEvaluated: count(s.NotEvaluated),
	}
}

func notEvaluated(n analysis.NotEvaluated) v1alpha1.NotEvaluated {
	out := v1alpha1.NotEvaluated{
		Check: n.Check.ID(), Reason: v1alpha1.NotEvaluatedReason(n.Reason.String()),
	}
	for _, k := range n.Kinds {
		out.Kinds = append(out.Kinds, string(k))
	}
	return out
}

func count(n int) int32 { return int32(n) } //nolint:gosec // findings are far fewer than 2^31
