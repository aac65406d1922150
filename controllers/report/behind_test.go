package report_test

import (
	"fmt"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A cluster that never rests is not one whose reports were never written.
func TestWhoIsAlwaysBehindHasShownTheStart(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	envtesting.WaitFor(t, func() error { return s.shows(t, shop) })
	s.controller.SetLimits(slow)
	s.find(unknownHost, shop, "card")
	envtesting.WaitFor(t, func() error {
		if since, behind := s.controller.Behind(); !behind || since.IsZero() {
			return fmt.Errorf("behind: %t, since %s", behind, since)
		}
		return nil
	})
}

// shows tells whether one finding is in the namespace's report and in the totals.
func (s *story) shows(t *testing.T, namespace string) error {
	t.Helper()
	r, all := &v1alpha1.MeshAuditReport{}, &v1alpha1.ClusterMeshAuditReport{}
	if err := s.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r); err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	if err := s.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.ReportName}, all); err != nil {
		return fmt.Errorf("read the totals: %w", err)
	}
	if r.Status.Summary.High != 1 || all.Status.Totals.High != 1 {
		return fmt.Errorf("%d findings in the report, %d in the totals", r.Status.Summary.High, all.Status.Totals.High)
	}
	return nil
}
