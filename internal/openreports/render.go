package openreports

import (
	"math"

	"github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	own "github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/report"
)

const (
	// Source is what Reports and results name as their source.
	Source = "meshaudit"
	// ManagedBy is the label that says whose a Report is.
	ManagedBy = "app.kubernetes.io/managed-by"
)

// Render is the Report of a view, of o.MaxSize bytes of JSON at most, without
// the times of what is no finding; see [Stamp]. The summary also counts what
// does not fit.
func Render(v *findings.View, o report.Options) *v1alpha1.Report {
	maxSize := o.MaxSize
	o.MaxSize = math.MaxInt // the texts are bounded one by one
	status := report.Namespaced(v, o)
	found := make([]v1alpha1.ReportResult, 0, len(status.Findings))
	for i := range status.Findings {
		found = append(found, finding(&status.Findings[i]))
	}
	unread := blind(v.NotEvaluated)
	list, cut := fit(found, unread, maxSize-envelope)
	r := Empty(v.Report)
	r.Results = list
	count(&r.Summary, found)
	count(&r.Summary, unread)
	if cut > 0 {
		told := []v1alpha1.ReportResult{cutResult(cut)}
		r.Results = append(r.Results, told...)
		count(&r.Summary, told)
	}
	return r
}

func count(s *v1alpha1.ReportSummary, list []v1alpha1.ReportResult) {
	for i := range list {
		switch list[i].Result {
		case fail:
			s.Fail++
		case warn:
			s.Warn++
		case skip:
			s.Skip++
		case failure:
			s.Error++
		}
	}
}

// Empty is the Report of a namespace, or of the cluster for "", without content.
func Empty(namespace string) *v1alpha1.Report {
	return &v1alpha1.Report{
		ObjectMeta: metav1.ObjectMeta{
			Name: own.ReportName, Namespace: namespace, Labels: map[string]string{ManagedBy: Source},
		},
		Source: Source,
	}
}
