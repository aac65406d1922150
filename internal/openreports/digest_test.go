package openreports_test

import (
	"encoding/json"
	"testing"
	"time"

	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/openreports"
)

// rendered has a finding, and a check that could not be evaluated.
func rendered() *reports.Report {
	v := view(finding(analysis.High, "cart"))
	v.NotEvaluated = []analysis.NotEvaluated{{Check: unknownHost, Reason: inventory.Stale}}
	return openreports.Render(v, whole)
}

func stored(t *testing.T, r *reports.Report) *reports.Report {
	t.Helper()
	raw, err := json.Marshal(r)
	out := &reports.Report{}
	if err == nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsStoredReadsTheSame(t *testing.T) {
	r := rendered()
	openreports.Stamp(r, nil, noon)
	if s := stored(t, r); openreports.Digest(s) != openreports.Digest(r) || openreports.FullDigest(s) != openreports.FullDigest(r) {
		t.Errorf("%+v is not %+v", s, r)
	}
	empty := openreports.Render(view(), whole)
	if openreports.Digest(stored(t, empty)) != openreports.Digest(empty) {
		t.Error("an empty Report reads otherwise")
	}
}

func TestTimesAreNoContentAndStay(t *testing.T) {
	was, is := rendered(), rendered()
	openreports.Stamp(was, nil, noon)
	is.Results[0].Timestamp.Seconds -= 60
	is.Results[0].Properties["firstSeen"] = "yesterday"
	openreports.Stamp(is, nil, noon.Add(time.Hour))
	if openreports.Digest(was) != openreports.Digest(is) || openreports.FullDigest(was) == openreports.FullDigest(is) {
		t.Error("times are content, or none at all")
	}
	openreports.Stamp(is, openreports.Times(was), noon.Add(time.Hour))
	if got := is.Results[1].Timestamp; got != (metav1.Timestamp{Seconds: noon.Unix()}) {
		t.Errorf("the error is of %v", got)
	}
	if n := len(openreports.Times(was)); n != 1 {
		t.Errorf("%d times", n)
	}
}

func TestEveryEditIsSeen(t *testing.T) {
	for name, edit := range map[string]func(*reports.Report){
		"label":      func(r *reports.Report) { delete(r.Labels, openreports.ManagedBy) },
		"source":     func(r *reports.Report) { r.Source = "other" },
		"scope":      func(r *reports.Report) { r.Scope = &corev1.ObjectReference{} },
		"selector":   func(r *reports.Report) { r.ScopeSelector = &metav1.LabelSelector{} },
		"limits":     func(r *reports.Report) { r.Configuration = &reports.ReportConfiguration{} },
		"summary":    func(r *reports.Report) { r.Summary.Pass++ },
		"results":    func(r *reports.Report) { r.Results = nil },
		"message":    func(r *reports.Report) { r.Results[0].Description = "fine" },
		"properties": func(r *reports.Report) { r.Results[0].Properties["fix"] = "none" },
	} {
		r := rendered()
		if edit(r); openreports.Digest(r) == openreports.Digest(rendered()) {
			t.Errorf("an edit of the %s goes unseen", name)
		}
		if !openreports.Ours(r) {
			t.Errorf("an edit of the %s makes the Report a stranger's", name)
		}
	}
	if openreports.Ours(&reports.Report{Source: "kyverno"}) {
		t.Error("everything is ours")
	}
}
