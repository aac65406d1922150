package cli

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// waitForReport waits until a namespace's report is so, and gives it.
func (c *cluster) waitForReport(
	t *testing.T, namespace string, so func(*v1alpha1.MeshAuditReportStatus) error,
) *v1alpha1.MeshAuditReport {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	envtesting.WaitFor(t, func() error {
		*r = v1alpha1.MeshAuditReport{}
		err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r)
		if err == nil && len(r.Status.Conditions) == 0 {
			err = errors.New("the report has no content yet")
		}
		if err == nil {
			err = so(&r.Status)
		}
		return err
	})
	return r
}

// waitForFindings waits until a report is complete and holds just these, each
// as "check name", sorted.
func (c *cluster) waitForFindings(t *testing.T, namespace string, want ...string) *v1alpha1.MeshAuditReport {
	t.Helper()
	return c.waitForReport(t, namespace, func(s *v1alpha1.MeshAuditReportStatus) error {
		got := make([]string, 0, len(s.Findings))
		for i := range s.Findings {
			got = append(got, s.Findings[i].Check+" "+s.Findings[i].Subject.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || !meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ConditionComplete) {
			return fmt.Errorf("the report has %q, want %q; conditions %+v", got, want, s.Conditions)
		}
		return nil
	})
}

// finding is the one that a check has about an object of that name.
func finding(t *testing.T, s *v1alpha1.MeshAuditReportStatus, check, name string) *v1alpha1.Finding {
	t.Helper()
	for i := range s.Findings {
		if f := &s.Findings[i]; f.Check == check && f.Subject.Name == name {
			return f
		}
	}
	t.Fatalf("%s finds nothing about %s in %+v", check, name, s.Findings)
	return nil
}

// reports gives all reports.
func (c *cluster) reports(t *testing.T) (*v1alpha1.ClusterMeshAuditReport, []v1alpha1.MeshAuditReport) {
	t.Helper()
	all := &v1alpha1.ClusterMeshAuditReport{}
	list := &v1alpha1.MeshAuditReportList{}
	if err := errors.Join(
		c.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.ReportName}, all), c.api.List(t.Context(), list),
	); err != nil {
		t.Fatal(err)
	}
	return all, list.Items
}

// versions are those of all reports, by namespace.
func (c *cluster) versions(t *testing.T) map[string]string {
	t.Helper()
	all, list := c.reports(t)
	versions := map[string]string{"": all.ResourceVersion}
	for i := range list {
		versions[list[i].Namespace] = list[i].ResourceVersion
	}
	return versions
}

// unchanged fails the test if a report was written.
func (c *cluster) unchanged(t *testing.T, versions map[string]string) {
	t.Helper()
	for namespace, version := range c.versions(t) {
		if version != versions[namespace] {
			t.Errorf("the report of %q was written", namespace)
		}
	}
}
