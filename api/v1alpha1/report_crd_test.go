package v1alpha1_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

var noon = metav1.NewTime(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))

func status() v1alpha1.ReportStatus {
	return v1alpha1.ReportStatus{
		Changed: noon,
		Summary: v1alpha1.Summary{High: 2, Suppressed: 1, NotEvaluated: 1},
		Findings: []v1alpha1.Finding{{
			ID: "3f9a", Check: "routing/unknownhost", Severity: v1alpha1.SeverityHigh, Category: "routing",
			Subject: v1alpha1.ObjectReference{
				APIVersion: "networking.istio.io/v1", Kind: "VirtualService", Namespace: "default", Name: "cart",
			},
			Field: "spec.http[0].route[0].destination.host", Message: "m", Fix: "f", FirstSeen: noon,
			Related:      []v1alpha1.ObjectReference{{APIVersion: "v1", Kind: "Service", Namespace: "default", Name: "cart"}},
			RelatedCount: 1, Equivalents: []string{"IST0101"}, Stale: true, SuppressedBy: "default/known",
		}},
		NotEvaluated: []v1alpha1.NotEvaluated{{
			Check: "gateway/credentialmissing", Reason: v1alpha1.ReasonForbidden, Kinds: []string{"Secret"},
		}},
		Truncated: v1alpha1.Truncated{Count: 1, ByCheck: map[string]int32{"routing/unknownhost": 1}},
		Conditions: []metav1.Condition{{
			Type: v1alpha1.ConditionComplete, Status: metav1.ConditionFalse, Reason: "NotEvaluated", LastTransitionTime: noon,
		}},
	}
}

func newReport(t *testing.T) *v1alpha1.MeshAuditReport {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	r.Namespace, r.Name = "default", v1alpha1.ReportName
	if err := create(t, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func newClusterReport(t *testing.T) *v1alpha1.ClusterMeshAuditReport {
	t.Helper()
	r := &v1alpha1.ClusterMeshAuditReport{}
	r.Name = v1alpha1.ReportName
	if err := create(t, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReportColumns(t *testing.T) {
	r := newReport(t)
	r.Status = v1alpha1.MeshAuditReportStatus{ReportStatus: status(), Owner: "checkout"}
	if err := api.Status().Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	plain, wide := columns(t, "/apis/meshaudit.io/v1alpha1/namespaces/default/meshauditreports")
	want(t, plain, "Name=mesh-audit", "Critical=0", "High=2", "Medium=0", "Low=0", "Suppressed=1", "Complete=False",
		"Changed=…")
	want(t, wide, "Info=0", "NotEvaluated=1", "Truncated=1", "Owner=checkout")
}

func TestClusterReportColumns(t *testing.T) {
	r := newClusterReport(t)
	r.Status = v1alpha1.ClusterMeshAuditReportStatus{
		ReportStatus: status(), Totals: v1alpha1.Summary{Critical: 3, High: 7}, LastHeartbeat: noon,
		Sources: []v1alpha1.SourceStatus{{Name: "kubernetes", State: v1alpha1.SourceDegraded, Message: "m"}},
		Kinds: []v1alpha1.KindStatus{
			{Kind: "VirtualService.networking.istio.io", Source: "kubernetes", State: v1alpha1.AvailabilityListed},
			{Kind: "VirtualService.appmesh.k8s.aws", State: v1alpha1.AvailabilityNotInstalled},
		},
	}
	if err := api.Status().Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	plain, wide := columns(t, "/apis/meshaudit.io/v1alpha1/clustermeshauditreports")
	want(t, plain, "Name=mesh-audit", "Critical=3", "High=7", "Medium=0", "Low=0", "Suppressed=0", "Complete=False",
		"Changed=…")
	want(t, wide, "Info=0", "NotEvaluated=0", "Truncated=1", "Heartbeat=…")
}

// columns is what kubectl prints of the first object, and what -o wide adds;
// a time since a date is an ellipsis.
func columns(t *testing.T, path string) (plain, wide []string) {
	t.Helper()
	c := rest.CopyConfig(config)
	c.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	rc, err := rest.UnversionedRESTClientFor(c)
	if err != nil {
		t.Fatal(err)
	}
	var table metav1.Table
	err = rc.Get().AbsPath(path).SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").
		Do(t.Context()).Into(&table)
	if err != nil {
		t.Fatal(err)
	}
	for i, column := range table.ColumnDefinitions {
		cell := fmt.Sprintf("%s=%v", column.Name, table.Rows[0].Cells[i])
		if column.Type == "date" && !strings.HasSuffix(cell, ">") { // not <unknown> or <invalid>
			cell = column.Name + "=…"
		}
		if column.Priority == 0 {
			plain = append(plain, cell)
		} else {
			wide = append(wide, cell)
		}
	}
	return plain, wide
}

func want(t *testing.T, got []string, cells ...string) {
	t.Helper()
	if !slices.Equal(got, cells) {
		t.Errorf("columns\n got: %v\nwant: %v", got, cells)
	}
}

func TestReportNames(t *testing.T) {
	r := &v1alpha1.MeshAuditReport{}
	r.Namespace, r.Name = "default", "other"
	if err := create(t, r); err == nil || !strings.Contains(err.Error(), "must be named mesh-audit") {
		t.Errorf("MeshAuditReport: %v", err)
	}
	c := &v1alpha1.ClusterMeshAuditReport{}
	c.Name = "other"
	if err := create(t, c); err == nil || !strings.Contains(err.Error(), "must be named mesh-audit") {
		t.Errorf("ClusterMeshAuditReport: %v", err)
	}
}

func TestBadReportIsRefused(t *testing.T) {
	r := newReport(t)
	for want, spoil := range map[string]func(*v1alpha1.ReportStatus){
		"status.findings[0].severity":   func(s *v1alpha1.ReportStatus) { s.Findings[0].Severity = "Fatal" },
		"status.findings[0].id":         func(s *v1alpha1.ReportStatus) { s.Findings[0].ID = "" },
		"status.findings[0].related":    func(s *v1alpha1.ReportStatus) { s.Findings[0].Related = make([]v1alpha1.ObjectReference, 11) },
		"status.notEvaluated[0].reason": func(s *v1alpha1.ReportStatus) { s.NotEvaluated[0].Reason = "Tired" },
		"status.summary.high":           func(s *v1alpha1.ReportStatus) { s.Summary.High = -1 },
	} {
		r.Status.ReportStatus = status()
		spoil(&r.Status.ReportStatus)
		if err := api.Status().Update(t.Context(), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// The status is a subresource: whoever may edit the object may not edit it.
func TestStatusIsASubresource(t *testing.T) {
	r := newReport(t)
	r.Status = v1alpha1.MeshAuditReportStatus{ReportStatus: status(), Owner: "me"}
	if err := api.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.MeshAuditReport
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(r), &got); err != nil {
		t.Fatal(err)
	}
	if got.Status.Owner != "" || got.Status.Findings != nil {
		t.Errorf("the status was written: %+v", got.Status)
	}
}
