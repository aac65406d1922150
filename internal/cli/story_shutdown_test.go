package cli

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// atMost is what README promises of the end.
const atMost = 5 * time.Second

// almostPublished begins an operator that knows of two findings and has
// reported one, since the policy makes it wait.
func (c *cluster) almostPublished(t *testing.T) (r *replica, namespace string) {
	t.Helper()
	namespace = c.Namespace(t)
	c.applyText(t, namespace, route("cart", "cart", "kart"))
	r = c.operate(t)
	c.waitForFindings(t, namespace, "routing/unknownhost cart")
	c.setPolicy(t, policySpec(t, `reports: {quietPeriod: 1m, minWriteInterval: 1h}`))
	c.waitForPolicyStatus(t, true, "", "")
	c.applyText(t, namespace, route("pay", "pay", "pey"))
	known := fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"}", namespace)
	envtesting.WaitFor(t, func() error {
		n, err := r.metric(t, known)
		if err == nil && n != 2 {
			err = fmt.Errorf("%v findings are known, want 2", n)
		}
		return err
	})
	return r, namespace
}

// reported counts the findings in the report of a namespace.
func (c *cluster) reported(t *testing.T, namespace string) int {
	t.Helper()
	report := &v1alpha1.MeshAuditReport{}
	if err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, report); err != nil {
		t.Fatal(err)
	}
	return len(report.Status.Findings)
}

// What is known at the end is in the reports before another may lead.
func TestWhatIsKnownAtTheEndIsReported(t *testing.T) {
	c := newCluster(t)
	r, shop := c.almostPublished(t)
	if n := c.reported(t, shop); n != 1 {
		t.Fatalf("%d findings are reported before the end", n)
	}
	if err := r.terminate(atMost); err != nil {
		t.Errorf("the operator ended with %v", err)
	}
	if n := c.reported(t, shop); n != 2 {
		t.Errorf("%d findings are reported", n)
	}
	written := r.which(func(q request) bool { return q.ours() || q.resource == "coordination.k8s.io/leases" && q.writes() })
	if last := written[len(written)-1]; last.ours() {
		t.Errorf("the last write is %s, want that of the Lease", last)
	}
	r.calm(t, len(written), "meshaudit")
}

// An API server that does not answer keeps nobody from ending.
func TestAStalledAPIServerDoesNotHoldUpTheEnd(t *testing.T) {
	c := newCluster(t)
	r, shop := c.almostPublished(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	r.through(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	})
	err := r.terminate(atMost)
	r.wantUnwritten(t, shop)
	if err == nil || !strings.Contains(r.said(t), errOverdue.Error()) {
		t.Errorf("ended with %v and said nothing of the Lease:\n%s", err, r.said(t))
	}
}

func TestAnAPIServerThatIsGoneDoesNotHoldUpTheEnd(t *testing.T) {
	c := newCluster(t)
	r, shop := c.almostPublished(t)
	if err := r.server.Listener.Close(); err != nil { // first, or a watch may begin in between
		t.Fatal(err)
	}
	r.cut()
	if err := r.terminate(atMost); err != nil {
		t.Errorf("the operator ended with %v", err)
	}
	r.wantUnwritten(t, shop)
}

// wantUnwritten asks that the log names the report which was not written.
func (r *replica) wantUnwritten(t *testing.T, namespace string) {
	t.Helper()
	lines := slices.Collect(strings.Lines(r.said(t)))
	if !slices.ContainsFunc(lines, func(line string) bool {
		return strings.Contains(line, "do not show the last changes") && strings.Contains(line, namespace)
	}) {
		t.Errorf("the log does not say that the report of %s was not written:\n%s", namespace, r.said(t))
	}
}
