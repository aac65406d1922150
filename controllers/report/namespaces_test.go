package report_test

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

func TestAnExcludedNamespaceLosesItsReport(t *testing.T) {
	s := begin(t)
	shop, pay := s.namespace(t), s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	first := s.report(t, shop).Status.Findings[0].FirstSeen
	s.ledger.SetPolicy(findings.Policy{Profile: 1, Audited: func(n findings.Namespace) bool { return n.Name != shop }})
	s.settle(t)
	if !s.absent(t, shop) || s.absent(t, pay) || s.cluster(t).Status.Totals.High != 0 {
		t.Error("the wrong report went")
	}
	s.ledger.SetPolicy(findings.Policy{Profile: 1})
	s.settle(t)
	if got := s.report(t, shop).Status.Findings; len(got) != 1 || !got[0].FirstSeen.Equal(&first) {
		t.Errorf("included again: %+v", got)
	}
}

// end deletes a namespace, which without controllers stays terminating.
func (s *story) end(t *testing.T, name string) {
	t.Helper()
	if err := s.api.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsWrittenToAnEndingNamespace(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.run(t)
	s.settle(t)
	before := s.report(t, shop)
	s.end(t, shop)
	s.know(findings.Namespace{Name: shop, Terminating: true})
	s.settle(t)
	s.find(unknownHost, shop, "cart")
	s.settle(t)
	if got := s.report(t, shop); got.ResourceVersion != before.ResourceVersion || s.writes.count(metrics.Deleted) > 0 {
		t.Errorf("written or deleted: %+v, %s", got.Status, s.writes.all())
	}
}

// The API server refuses to make anything in an ending namespace of which the
// operator does not know yet; that is no failure.
func TestAnEndingNamespaceGetsNoReport(t *testing.T) {
	s := begin(t)
	s.run(t)
	shop := s.env.Namespace(t)
	s.end(t, shop)
	s.know(findings.Namespace{Name: shop})
	envtesting.WaitFor(t, func() error {
		if s.writes.count(metrics.Conflict) == 0 {
			return errors.New("nothing was tried")
		}
		return nil
	})
	s.know(findings.Namespace{Name: shop, Terminating: true})
	s.settle(t)
	if !s.absent(t, shop) || s.writes.count(metrics.Failed) > 0 {
		t.Errorf("writes %s", s.writes.all())
	}
}

func TestAGoneNamespaceTakesItsReportAlong(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.run(t)
	s.settle(t)
	s.know(findings.Namespace{Name: shop, Terminating: true})
	if err := s.api.Delete(t.Context(), s.report(t, shop)); err != nil {
		t.Fatal(err)
	}
	s.controller.DeleteNamespace(shop)
	s.ledger.DeleteNamespace(shop)
	s.settle(t)
	if !s.absent(t, shop) || s.writes.count(metrics.Failed) > 0 {
		t.Errorf("writes %s", s.writes.all())
	}
}

// stray makes a report in a namespace that the operator does not know.
func (s *story) stray(t *testing.T) string {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	r.Namespace, r.Name = s.env.Namespace(t), v1alpha1.ReportName
	if err := s.api.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return r.Namespace
}

// Unknown is not empty: a namespace that is gone took its report along, so that
// a report shows that there is more than the list of namespaces tells.
func TestAReportInAnUnknownNamespaceStands(t *testing.T) {
	s := newStory(t)
	s.read(inventory.Listed, service, route)
	s.read(inventory.Forbidden, "Namespace")
	before := s.stray(t)
	s.run(t)
	s.settle(t)
	s.read(inventory.Listed, "Namespace")
	after := s.stray(t)
	s.settle(t)
	if s.writes.count(metrics.Deleted) > 0 || s.absent(t, before) || s.absent(t, after) {
		t.Errorf("writes %s", s.writes.all())
	}
	s.know(findings.Namespace{Name: before})
	s.know(findings.Namespace{Name: after})
	envtesting.WaitFor(t, func() error {
		if len(s.report(t, before).Status.Conditions) == 0 || len(s.report(t, after).Status.Conditions) == 0 {
			return errors.New("the namespaces are known, and their reports say nothing")
		}
		return nil
	})
}
