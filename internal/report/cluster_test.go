package report_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

func kubernetes(k inventory.Kind) string {
	if k == internal {
		return ""
	}
	return "kubernetes"
}

func cluster(l *findings.Ledger) v1alpha1.ClusterMeshAuditReportStatus {
	return report.Cluster(l.Views(), report.Kinds(schema, l.States(), kubernetes), whole)
}

func TestTheClusterSumsUp(t *testing.T) {
	l := newLedger(noon)
	l.SetNamespace(findings.Namespace{Name: "pay"})
	update(l,
		finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "pay", "card", "spec"),
		finding(taste, "istio-system", "istio", ""))
	wantParts(
		t, text(t, cluster(l)),
		`"summary":{"critical":0,"high":0,"medium":0,"low":0,"info":1,`,
		`"totals":{"critical":0,"high":1,"medium":0,"low":1,"info":1,"suppressed":0,"notEvaluated":0}`,
		`"sources":[{"name":"kubernetes","state":"Up"}]`,
		`{"kind":"VirtualService.networking.istio.io","source":"kubernetes","state":"Listed"}`,
	)
}

func TestTheClusterTellsWhatCannotBeRead(t *testing.T) {
	l := newLedger(noon)
	l.SetNamespace(findings.Namespace{Name: "pay"})
	l.Update(nil, []inventory.StateChange{
		{Kind: service, State: inventory.Forbidden}, {Kind: mesh, State: inventory.Off},
	}, true)
	s := cluster(l)
	if s.Totals.NotEvaluated != 2 || s.Summary.NotEvaluated != 1 {
		t.Errorf("totals %d, own %d: a check counts once", s.Totals.NotEvaluated, s.Summary.NotEvaluated)
	}
	wantParts(
		t, text(t, s),
		`{"type":"Complete","status":"False"`, `"Not evaluated (Forbidden): routing/noport. Not readable: Service."`,
		`{"name":"kubernetes","state":"Degraded","message":"Not readable: Service (Forbidden)."}`,
		`{"kind":"Service","source":"kubernetes","state":"Forbidden","message":"The API server refuses to list or watch the kind."}`,
		`{"kind":"ConfigMap","source":"kubernetes","state":"Off"}`,
	)
}

func TestSources(t *testing.T) {
	for _, c := range []struct {
		states []inventory.State
		want   v1alpha1.SourceState
	}{
		{[]inventory.State{inventory.Listed, inventory.NotInstalled, inventory.Off}, v1alpha1.SourceUp},
		{[]inventory.State{inventory.Listed, inventory.Stale}, v1alpha1.SourceDegraded},
		{[]inventory.State{inventory.SourceUnavailable, inventory.Off}, v1alpha1.SourceDown},
		{[]inventory.State{inventory.NotSynced, inventory.NotSynced}, v1alpha1.SourceDown},
		{[]inventory.State{inventory.Off}, v1alpha1.SourceOff},
	} {
		var kinds []report.Availability
		for _, s := range c.states {
			kinds = append(kinds, report.Availability{Kind: service, Source: "aws", State: s})
		}
		if got := report.Sources(kinds, nil); len(got) != 1 || got[0].State != c.want {
			t.Errorf("%v: %+v, want %s", c.states, got, c.want)
		}
	}
}

func TestAHeartbeatIsNoContent(t *testing.T) {
	l := newLedger(noon)
	a, b := cluster(l), cluster(l)
	b.LastHeartbeat = metav1.NewTime(noon.Add(time.Hour))
	report.Stamp(&b.ReportStatus, &a.ReportStatus, false, noon)
	if report.ClusterDigest(a) != report.ClusterDigest(b) {
		t.Error("the digests differ")
	}
	update(l, finding(noPort, "shop", "card", "spec"))
	if report.ClusterDigest(a) == report.ClusterDigest(cluster(l)) {
		t.Error("the totals changed and the digest did not")
	}
}
