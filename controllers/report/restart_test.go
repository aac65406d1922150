package report_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

func TestARestartWritesNothingAndKeepsFirstSeenTimes(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart")
	old.run(t)
	old.settle(t)
	before, all := old.report(t, shop), old.cluster(t)
	old.stop()

	s := newStory(t)
	s.clock.forward(10 * time.Minute)
	s.run(t) // before anything is evaluated
	s.know(findings.Namespace{Name: shop})
	s.find(unknownHost, shop, "cart")
	s.read(inventory.Listed, "Namespace", service, route)
	s.settle(t)
	if s.report(t, shop).ResourceVersion != before.ResourceVersion ||
		s.cluster(t).ResourceVersion != all.ResourceVersion {
		t.Errorf("written: %s", s.writes.all())
	}
	s.find(unknownHost, shop, "card")
	s.settle(t)
	got := s.report(t, shop).Status.Findings
	if len(got) != 2 || !got[1].FirstSeen.Equal(&before.Status.Findings[0].FirstSeen) ||
		!got[0].FirstSeen.After(got[1].FirstSeen.Time) {
		t.Errorf("%+v", got)
	}
}

// The replica that takes over has evaluated everything on its own, and later.
func TestAFailOverWritesNothingAndKeepsFirstSeenTimes(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart")
	old.run(t)
	old.settle(t)
	before := old.report(t, shop)

	s := begin(t)
	s.clock.forward(10 * time.Minute)
	s.know(findings.Namespace{Name: shop})
	s.find(unknownHost, shop, "cart")
	old.stop()
	s.run(t)
	s.settle(t)
	if got := s.report(t, shop); got.ResourceVersion != before.ResourceVersion || s.writes.all() != "map[]" {
		t.Errorf("written: %s", s.writes.all())
	}
	s.find(unknownHost, shop, "card")
	s.settle(t)
	if got := s.report(t, shop).Status.Findings; !got[1].FirstSeen.Equal(&before.Status.Findings[0].FirstSeen) {
		t.Errorf("%+v", got)
	}
}

// The first list of namespaces may be older than a report, and one namespace
// may be known before what stands in it.
func TestARestartInThePastKeepsFirstSeenTimes(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart")
	old.run(t)
	old.settle(t)
	before := old.report(t, shop)
	old.stop()

	s := begin(t)
	s.clock.forward(10 * time.Minute)
	s.run(t)
	s.settle(t)
	s.know(findings.Namespace{Name: shop})
	s.settle(t)
	s.find(unknownHost, shop, "cart")
	s.settle(t)
	got := s.report(t, shop).Status.Findings
	if len(got) != 1 || !got[0].FirstSeen.Equal(&before.Status.Findings[0].FirstSeen) {
		t.Errorf("%+v", got)
	}
}

// What was known of a kind that cannot be read after a restart stays.
func TestARestartKeepsWhatCannotBeEvaluated(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart")
	old.find(noPort, shop, "card")
	old.run(t)
	old.settle(t)
	old.stop()

	s := newStory(t)
	s.know(findings.Namespace{Name: shop})
	s.read(inventory.NotSynced, route)
	s.read(inventory.Listed, "Namespace", service)
	s.run(t)
	s.settle(t)
	got := s.report(t, shop).Status.Findings
	if len(got) != 1 || got[0].Check != "routing/unknownhost" || !got[0].Stale {
		t.Errorf("%+v", got)
	}
	s.read(inventory.Listed, route)
	s.settle(t)
	if got := s.report(t, shop).Status.Findings; len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// A crash between the two writes leaves an empty status behind.
func TestAHalfMadeReportIsFinished(t *testing.T) {
	s := begin(t)
	shop := s.stray(t)
	s.know(findings.Namespace{Name: shop})
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	if got := s.report(t, shop).Status; got.Summary.High != 1 || s.writes.count(metrics.Failed) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestAConflictIsResolved(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	disturbed := false
	s.connect(t, s.env.Config, interceptor.NewClient(s.api, interceptor.Funcs{
		SubResourceUpdate: func(
			ctx context.Context, c client.Client, sub string, o client.Object, opts ...client.SubResourceUpdateOption,
		) error {
			if o.GetNamespace() == shop && !disturbed {
				disturbed = true
				edit := client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"labels": {"edited": "true"}}}`))
				if err := c.Patch(ctx, o.DeepCopyObject().(client.Object), edit); err != nil {
					t.Error(err)
				}
			}
			return c.SubResource(sub).Update(ctx, o, opts...)
		},
	}))
	s.know(findings.Namespace{Name: shop})
	s.run(t)
	s.settle(t)
	if got := s.report(t, shop); got.Status.Summary.High != 1 || got.Labels["edited"] != "true" {
		t.Errorf("%+v", got)
	}
	if s.writes.count(metrics.Conflict) != 1 || s.writes.count(metrics.Failed) > 0 {
		t.Errorf("writes %s", s.writes.all())
	}
}

func TestAMissingRightIsNotTheEnd(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	read := envtesting.Read(v1alpha1.GroupName, "meshauditreports", "clustermeshauditreports")
	config := s.env.AddUser(t, "report-writer", read)
	s.connect(t, config, newClient(t, config))
	s.know(findings.Namespace{Name: shop})
	s.run(t)
	envtesting.WaitFor(t, func() error {
		if n := s.writes.count(metrics.Failed); n < 2 {
			return fmt.Errorf("%d failures", n)
		}
		return nil
	})
	write := rbacv1.PolicyRule{
		Verbs: []string{"create", "update", "delete"}, APIGroups: []string{v1alpha1.GroupName},
		Resources: []string{
			"meshauditreports", "meshauditreports/status", "clustermeshauditreports", "clustermeshauditreports/status",
		},
	}
	s.env.Grant(t, "report-writer", "", read, write)
	s.settle(t)
	if got := s.report(t, shop).Status; got.Summary.High != 1 {
		t.Errorf("%+v", got)
	}
}

// Without the CRDs the operator waits.
func TestTheCRDsMayComeLater(t *testing.T) {
	s := begin(t)
	s.env.RemoveCRDs(t, v1alpha1.GroupName)
	shop := s.namespace(t)
	s.run(t)
	if _, behind := s.controller.Behind(); !behind {
		t.Error("nothing can have been written")
	}
	s.env.InstallCRDs(t, v1alpha1.GroupName)
	s.settle(t)
	if got := s.report(t, shop).Status; got.Changed.IsZero() {
		t.Errorf("%+v", got)
	}
}
