package report_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// told is the cluster's report where App Mesh says this of itself, and its kind
// is in that state.
func told(l *findings.Ledger, s report.Source, state inventory.State) v1alpha1.ClusterMeshAuditReportStatus {
	o := whole
	o.Sources = []report.Source{s}
	kinds := []report.Availability{
		{Kind: service, Source: "kubernetes", State: inventory.Listed},
		{Kind: mesh, Source: "appmesh", State: state},
	}
	return report.Cluster(l.Views(), kinds, o)
}

func TestASourceTellsHowItAnswers(t *testing.T) {
	l := newLedger(noon)
	s := report.Source{Name: "appmesh", Region: "eu-west-1", Reason: v1alpha1.SourceAvailable, LastSuccess: noon}
	wantParts(
		t, text(t, told(l, s, inventory.Listed)),
		`{"name":"kubernetes","state":"Up"}`,
		`{"name":"appmesh","state":"Up","reason":"Available","region":"eu-west-1"}`,
		`{"type":"AppMeshAvailable","status":"True","lastTransitionTime":null,"reason":"Available","message":""}`,
	)
	s.Reason, s.Message = v1alpha1.SourceDenied, "not authorized to perform: appmesh:ListMeshes"
	down := text(t, told(l, s, inventory.SourceUnavailable))
	wantParts(
		t, down,
		`{"name":"appmesh","state":"Down","reason":"Denied","region":"eu-west-1",`+
			`"message":"not authorized to perform: appmesh:ListMeshes","lastSuccess":"2026-11-23T12:00:00Z"}`,
		`{"type":"AppMeshAvailable","status":"False","lastTransitionTime":null,"reason":"Denied"`,
	)
	off := told(l, report.Source{Name: "appmesh"}, inventory.Off)
	wantParts(t, text(t, off), `{"name":"appmesh","state":"Off"}`)
	if len(off.Conditions) != 3 {
		t.Errorf("what is off has no condition: %+v", off.Conditions)
	}
}

// What moves with each answer is no content: a steady source causes no write.
func TestTheTimeOfAnAnswerIsNoContent(t *testing.T) {
	l := newLedger(noon)
	for _, reason := range []v1alpha1.SourceReason{v1alpha1.SourceAvailable, v1alpha1.SourceThrottled} {
		s := report.Source{Name: "appmesh", Reason: reason, LastSuccess: noon}
		before := report.ClusterDigest(told(l, s, inventory.Listed))
		s.LastSuccess = noon.Add(5 * time.Minute)
		if report.ClusterDigest(told(l, s, inventory.Listed)) != before {
			t.Errorf("%s: another time is another digest", reason)
		}
		s.Message, s.Reason = "gone", v1alpha1.SourceWithdrawn
		if report.ClusterDigest(told(l, s, inventory.Listed)) == before {
			t.Errorf("%s: another reason is no other digest", reason)
		}
	}
}

// What nobody requires is listed, and makes nothing incomplete.
func TestWhatIsNotRequiredLeavesReportsComplete(t *testing.T) {
	l := newLedger(noon)
	l.SetNamespace(findings.Namespace{Name: "pay"})
	l.Update(nil, []inventory.StateChange{{Kind: service, State: inventory.SourceUnavailable}}, true)
	of := func(kinds ...inventory.Kind) findings.Policy {
		return findings.Policy{Profile: analysis.Recommended, Optional: func(k inventory.Kind) bool {
			return slices.Contains(kinds, k)
		}}
	}
	for _, c := range []struct {
		policy   findings.Policy
		complete string
	}{
		{of(), "Complete=False"},
		{of(service), "Complete=True"},
		{of(mesh), "Complete=False"},
		{findings.Policy{Profile: analysis.Recommended}, "Complete=False"},
	} {
		l.SetPolicy(c.policy)
		shop := report.Namespaced(view(t, l, "shop"), whole)
		want(t, conditions(shop), "Audited=True", c.complete, "Truncated=False")
		wantParts(t, text(t, shop), `{"check":"routing/noport","reason":"SourceUnavailable","kinds":["Service"]}`)
		all := v1alpha1.MeshAuditReportStatus{ReportStatus: cluster(l).ReportStatus}
		want(t, conditions(all), "Audited=True", c.complete, "Truncated=False")
	}
	l.SetPolicy(of(service))
	l.Update(nil, []inventory.StateChange{{Kind: service, State: inventory.Forbidden}}, true)
	want(t, conditions(report.Namespaced(view(t, l, "shop"), whole)), "Audited=True", "Complete=False", "Truncated=False")
}
