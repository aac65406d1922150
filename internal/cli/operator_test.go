package cli

import (
	"fmt"
	"slices"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A finding is resolved by its fix alone, and the totals follow.
func TestAReportAppearsAndAFixResolvesIt(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, route("pay", "pay", "pey"))
	r := c.operate(t)
	before := c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost pay")
	r.ready(t)
	c.waitForTotals(t)

	c.applyText(t, shop, service("kart"))
	after := c.waitForFindings(t, shop, "routing/unknownhost pay")
	was, is := finding(t, &before.Status, "routing/unknownhost", "pay"), &after.Status.Findings[0]
	if is.ID != was.ID || !is.FirstSeen.Equal(&was.FirstSeen) || is.Severity != "High" {
		t.Errorf("the finding was %+v and is %+v", was, is)
	}
	c.waitForTotals(t)
	c.applyText(t, shop, service("pey"))
	c.waitForFindings(t, shop)
	c.waitForTotals(t)
	if refused := r.which(request.refused); len(refused) > 0 {
		t.Errorf("config/rbac lacks a right: %v", refused)
	}
}

// waitForTotals waits until the cluster's totals are the sum of all reports.
func (c *cluster) waitForTotals(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		all, list := c.reports(t)
		want := all.Status.Summary
		for i := range list {
			s := &list[i].Status.Summary
			want.Critical += s.Critical
			want.High += s.High
			want.Medium += s.Medium
			want.Low += s.Low
			want.Info += s.Info
		}
		want.NotEvaluated = all.Status.Totals.NotEvaluated // there a check counts once
		if got := all.Status.Totals; got != want {
			return fmt.Errorf("totals %+v, want %+v", got, want)
		}
		return nil
	})
}

// The metrics are for those who may read them, the Lease is given back, and
// what passes the API server is what the README promises.
func TestTheOperatorReadsNoSecretAndWritesOnlyItsOwn(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	r := c.operate(t, "--metrics-secure=true")
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	c.tryMetrics(t, "https://"+r.metrics+"/metrics", shop)
	r.stop()

	lease := &coordinationv1.Lease{}
	if err := c.api.Get(t.Context(), client.ObjectKey{Namespace: system, Name: leaseName}, lease); err != nil {
		t.Fatal(err)
	}
	if holder := lease.Spec.HolderIdentity; holder != nil && *holder != "" {
		t.Errorf("the Lease is still held by %s", *holder)
	}
	if asked := r.which(func(q request) bool { return q.resource == "/secrets" || q.refused() }); len(asked) > 0 {
		t.Errorf("the operator asked for Secrets, or for what it may not: %v", asked)
	}
	for _, resource := range []string{
		"meshaudit.io/meshauditreports", "meshaudit.io/meshauditreports/status", "coordination.k8s.io/leases",
		"authentication.k8s.io/tokenreviews", "authorization.k8s.io/subjectaccessreviews",
	} {
		if len(r.which(func(q request) bool { return q.writes() && q.resource == resource })) == 0 {
			t.Errorf("nothing was written to %s: is the recorder blind?", resource)
		}
	}
}

// Whoever turns Secrets on must also grant the right to them.
func TestSecretsAreReadOnlyIfThePolicySaysSo(t *testing.T) {
	c := newCluster(t)
	secrets := func(q request) bool { return q.resource == "/secrets" }
	r := c.operate(t)
	r.settle(t)
	if asked := r.which(secrets); len(asked) > 0 {
		t.Errorf("by default: %v", asked)
	}
	c.setPolicy(t, policySpec(t, `secrets: {read: true}`))
	envtesting.WaitFor(t, func() error {
		asked := r.which(secrets)
		if len(asked) == 0 || slices.ContainsFunc(asked, func(q request) bool { return !q.refused() }) {
			return fmt.Errorf("asked for Secrets: %v, want refusals", asked)
		}
		return nil
	})
}
