package cli

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// What may not be read is unknown, not empty, also for an operator that begins
// that way.
func TestFindingsOfAForbiddenKindStandUntilItIsReadAgain(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, peerPolicy("one", "STRICT"))
	c.applyText(t, shop, peerPolicy("two", "DISABLE"))
	twice := []string{"mtls/duplicatepolicy one", "mtls/duplicatepolicy two"}
	r := c.operate(t)
	was := c.waitForFindings(t, shop, append(twice, "routing/unknownhost cart")...)

	// What a check reads, and what a check is about.
	grant := c.deny(t,
		schema.GroupResource{Resource: "services"},
		schema.GroupResource{Group: "security.istio.io", Resource: "peerauthentications"})
	r.cut()
	now := c.waitForReport(t, shop, blind)
	sameButStale(t, was, now)
	c.applyText(t, shop, service("kart")) // nobody sees the fix
	c.remove(t, "security.istio.io/v1", "PeerAuthentication", shop, "two")
	r.settle(t)
	versions := c.versions(t)
	r.kill()
	c.freeLease(t)

	r = c.operate(t)
	r.settle(t)
	sameButStale(t, was, c.waitForReport(t, shop, blind))
	c.unchanged(t, versions)
	if written := r.which(request.ours); len(written) > 0 {
		t.Errorf("a restart wrote %v", written)
	}
	grant()
	c.waitForFindings(t, shop)
	r.stop()
	r.calm(t, 4, "PeerAuthentication")
}

// blind asks that the report names both checks and both kinds.
func blind(s *v1alpha1.MeshAuditReportStatus) error {
	var missing []error
	for check, kind := range map[string]string{
		"routing/unknownhost": "Service", "mtls/duplicatepolicy": "PeerAuthentication.security.istio.io",
	} {
		if !slices.ContainsFunc(s.NotEvaluated, func(n v1alpha1.NotEvaluated) bool {
			return n.Check == check && n.Reason == v1alpha1.ReasonForbidden && slices.Contains(n.Kinds, kind)
		}) {
			missing = append(missing, fmt.Errorf("%s (%s) is not among what was not evaluated: %+v", check, kind, s.NotEvaluated))
		}
	}
	if !meta.IsStatusConditionFalse(s.Conditions, v1alpha1.ConditionComplete) {
		missing = append(missing, fmt.Errorf("the report counts as complete: %+v", s.Conditions))
	}
	return errors.Join(missing...)
}

func sameButStale(t *testing.T, was, is *v1alpha1.MeshAuditReport) {
	t.Helper()
	if len(is.Status.Findings) != len(was.Status.Findings) {
		t.Fatalf("findings %+v, want those of %+v", is.Status.Findings, was.Status.Findings)
	}
	for i := range was.Status.Findings {
		a, b := &was.Status.Findings[i], &is.Status.Findings[i]
		if a.ID != b.ID || !a.FirstSeen.Equal(&b.FirstSeen) || a.Message != b.Message || a.Severity != b.Severity || !b.Stale {
			t.Errorf("the finding was %+v and is %+v, want it stale", a, b)
		}
	}
}
