package openreports

import (
	"maps"
	"slices"
	"time"

	"github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/report"
)

// content is all of a Report that we answer for; other labels, annotations and
// owners are anybody's.
type content struct {
	ManagedBy     string
	Source        string
	Scope         *corev1.ObjectReference
	ScopeSelector *metav1.LabelSelector
	Configuration *v1alpha1.ReportConfiguration
	Summary       v1alpha1.ReportSummary
	Results       []v1alpha1.ReportResult
}

func contentOf(r *v1alpha1.Report) content {
	c := content{
		ManagedBy: r.Labels[ManagedBy], Source: r.Source, Scope: r.Scope, ScopeSelector: r.ScopeSelector,
		Configuration: r.Configuration, Summary: r.Summary,
	}
	if len(r.Results) > 0 {
		c.Results = r.Results
	}
	return c
}

// Digest is the digest of a Report's content without times.
func Digest(r *v1alpha1.Report) report.Digest {
	c := contentOf(r)
	c.Results = slices.Clone(c.Results)
	for i := range c.Results {
		c.Results[i].Timestamp = metav1.Timestamp{}
		c.Results[i].Properties = maps.Clone(c.Results[i].Properties)
		delete(c.Results[i].Properties, firstSeen)
	}
	return report.FullDigest(&c)
}

// FullDigest is the digest of a Report's content with times.
func FullDigest(r *v1alpha1.Report) report.Digest {
	c := contentOf(r)
	return report.FullDigest(&c)
}

// Times are those of a Report's results that are no findings.
func Times(r *v1alpha1.Report) map[string]metav1.Timestamp {
	times := map[string]metav1.Timestamp{}
	for i := range r.Results {
		if p := r.Results[i].Properties; p[findingID] == "" {
			times[p[identity]] = r.Results[i].Timestamp
		}
	}
	return times
}

// Stamp sets the times of results that are no findings: those that the Report
// had before, else now.
func Stamp(r *v1alpha1.Report, before map[string]metav1.Timestamp, now time.Time) {
	for i := range r.Results {
		result := &r.Results[i]
		if result.Properties[findingID] != "" {
			continue
		}
		result.Timestamp = metav1.Timestamp{Seconds: now.Unix()}
		if at := before[result.Properties[identity]]; at.Seconds > 0 {
			result.Timestamp = at
		}
	}
}

// Ours tells whether a Report of our name is ours: it says so by its label or,
// should somebody have edited that, by its source.
func Ours(r *v1alpha1.Report) bool { return r.Labels[ManagedBy] == Source || r.Source == Source }

// Patch is the JSON merge patch that gives an object that exists, and is of this
// version still, the Report's content.
func Patch(r *v1alpha1.Report) map[string]any {
	return map[string]any{
		"metadata": map[string]any{
			"uid": r.UID, "resourceVersion": r.ResourceVersion, "labels": map[string]string{ManagedBy: Source},
		},
		"source": r.Source, "scope": nil, "scopeSelector": nil, "configuration": nil,
		"summary": r.Summary, "results": r.Results,
	}
}
