package cli

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A steady cluster causes no writes, whoever is the leader.
func TestARestartWritesNothing(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	r := c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	r.settle(t)
	versions := c.versions(t)
	r.stop()

	r = c.operate(t)
	r.settle(t)
	c.unchanged(t, versions)
	if written := r.which(request.ours); len(written) > 0 {
		t.Errorf("a restart wrote %v", written)
	}
}

// Every replica evaluates, one writes.
func TestAReplicaTakesOverWhatAnotherLed(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	first := c.operate(t)
	first.settle(t)
	second := c.operate(t)
	second.ready(t)
	c.applyText(t, shop, route("pay", "pay", "pey"))
	was := c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost pay")
	first.settle(t)
	if written := second.which(request.writes); len(written) > 0 {
		t.Errorf("a standby wrote %v", written)
	}

	versions := c.versions(t)
	first.stop()
	second.settle(t)
	c.unchanged(t, versions)
	if written := second.which(request.ours); len(written) > 0 {
		t.Errorf("to take over, a standby wrote %v", written)
	}

	third := c.operate(t)
	third.ready(t)
	second.kill() // its Lease runs out
	c.applyText(t, shop, service("pey"))
	is := c.waitForFindings(t, shop, "routing/unknownhost cart")
	before, after := finding(t, &was.Status, "routing/unknownhost", "cart"), &is.Status.Findings[0]
	if before.ID != after.ID || !before.FirstSeen.Equal(&after.FirstSeen) {
		t.Errorf("the finding was %+v and is %+v", before, after)
	}
	third.settle(t)
	envtesting.WaitFor(t, func() error { return third.wroteOnly(shop) })
}

// wroteOnly asks that the operator wrote the report of the namespace and that
// of the cluster, once each.
func (r *replica) wroteOnly(namespace string) error {
	want := map[string]bool{
		"/apis/meshaudit.io/v1alpha1/namespaces/" + namespace + "/meshauditreports/mesh-audit/status": true,
		"/apis/meshaudit.io/v1alpha1/clustermeshauditreports/mesh-audit/status":                       true,
	}
	written := r.which(request.ours)
	for _, q := range written {
		if !want[q.path] {
			return fmt.Errorf("wrote %v", written)
		}
		delete(want, q.path)
	}
	if len(want) > 0 {
		return fmt.Errorf("wrote %v alone", written)
	}
	return nil
}
