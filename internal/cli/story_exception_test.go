package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// known is an exception for what is routed to nowhere by one VirtualService.
func known(name, route, more string) string {
	return fmt.Sprintf(`
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata: {name: %s}
spec:
  checks: [routing/unknownhost]
  subjects: [{kind: VirtualService, name: %s}]
  reason: The host comes with the next release.
  %s`, name, route, more)
}

// Somebody who is on call silences a finding, and it is mended in the morning.
func TestAnExceptionSilencesAFinding(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, route("pay", "pay", "pey"))
	r := c.operate(t)
	before := c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost pay")
	c.waitForCount(t, r, shop, 2, 0)
	evaluations := r.evaluations(t)

	c.applyText(t, shop, known("known", "cart", "owner: team-shop"))
	after := c.waitForReport(t, shop, silenced("cart"))
	was, is := finding(t, &before.Status, "routing/unknownhost", "cart"), finding(t, &after.Status, "routing/unknownhost", "cart")
	if is.SuppressedBy != shop+"/known" || is.ID != was.ID || !is.FirstSeen.Equal(&was.FirstSeen) || is.Severity != "High" {
		t.Errorf("the finding was %+v and is %+v", was, is)
	}
	if s := after.Status.Summary; s.High != 1 || s.Suppressed != 1 {
		t.Errorf("summary %+v", s)
	}
	c.waitForCount(t, r, shop, 1, 1)
	active := c.waitForException(t, shop, "known", v1alpha1.ExceptionActive, 1)
	if active.Status.LastMatch.IsZero() || len(active.Status.Rejected)+len(active.Status.UnmatchedPatterns) > 0 {
		t.Errorf("status %+v", active.Status)
	}
	if now := r.evaluations(t); now != evaluations {
		t.Errorf("%v steps of evaluation for the exception's sake", now-evaluations)
	}
	c.expectSameInFiles(t, shop, after)

	c.applyText(t, shop, service("kart"))
	c.waitForFindings(t, shop, "routing/unknownhost pay")
	if unused := c.waitForException(t, shop, "known", v1alpha1.ExceptionUnused, 0); unused.Status.LastMatch.IsZero() {
		t.Error("nobody can tell when the exception was last of use")
	}
	c.remove(t, "v1", "Service", shop, "kart")
	c.waitForReport(t, shop, silenced("cart"))
	c.remove(t, "meshaudit.io/v1alpha1", "MeshAuditException", shop, "known")
	c.waitForReport(t, shop, silenced())
}

// An exception ends by itself, in a cluster where nothing else happens.
func TestAnExceptionExpires(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	r := c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	r.settle(t)
	expires := clock.RealClock{}.Now().UTC().Add(30 * time.Second).Truncate(time.Second)
	c.applyText(t, shop, known("night", "cart", "expiresAt: "+expires.Format(time.RFC3339)))
	c.waitForReport(t, shop, silenced("cart"))
	c.waitForException(t, shop, "night", v1alpha1.ExceptionActive, 1)
	back := c.waitForReport(t, shop, silenced())
	if back.Status.Changed.Time.Before(expires) || back.Status.Summary.High != 1 {
		t.Errorf("the report changed at %s, the exception ended at %s: %+v", back.Status.Changed, expires, back.Status.Summary)
	}
	c.waitForException(t, shop, "night", v1alpha1.ExceptionExpired, 0)
}

// A platform team says what the namespaces may silence.
func TestThePolicyBoundsExceptions(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, known("known", "cart", ""))
	c.operate(t)
	c.waitForReport(t, shop, silenced("cart"))
	for _, bounds := range []string{"maxSeverity: Medium", "checks: [mtls/*]", "checks: []"} {
		c.setPolicy(t, policySpec(t, "exceptions: {"+bounds+"}"))
		c.waitForReport(t, shop, silenced())
		envtesting.WaitFor(t, func() error {
			s := c.waitForException(t, shop, "known", v1alpha1.ExceptionUnused, 0).Status
			if s.Refused != 1 {
				return fmt.Errorf("%s: status %+v", bounds, s)
			}
			return nil
		})
		c.setPolicy(t, policySpec(t, "exceptions: {maxSeverity: High, checks: ['routing/*']}"))
		c.waitForReport(t, shop, silenced("cart"))
		c.waitForException(t, shop, "known", v1alpha1.ExceptionActive, 1)
	}
}

// A restart and a fail-over write nothing to exceptions, nor for their sake.
func TestExceptionsAreNotWrittenAgain(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, route("pay", "pay", "pey"))
	c.applyText(t, shop, known("known", "cart", ""))
	c.applyText(t, shop, known("unused", "nothing", ""))
	r := c.operate(t)
	c.waitForReport(t, shop, silenced("cart"))
	for next := 0; ; next++ {
		c.waitForException(t, shop, "known", v1alpha1.ExceptionActive, 1)
		c.waitForException(t, shop, "unused", v1alpha1.ExceptionUnused, 0)
		r.settle(t)
		versions := c.versions(t)
		var heir *replica
		switch next {
		case 0: // restart
			r.stop()
			heir = c.operate(t)
		case 1: // fail-over
			heir = c.operate(t)
			heir.ready(t)
			r.stop()
		case 2:
			return
		}
		heir.settle(t)
		c.unchanged(t, versions)
		mark := fmt.Sprint("mark", next)
		c.applyText(t, shop, known(mark, "none", "")) // whose status is written when all others would have been
		c.waitForException(t, shop, mark, v1alpha1.ExceptionUnused, 0)
		for _, q := range heir.which(request.ours) {
			if !strings.HasSuffix(q.path, "/"+mark+"/status") {
				t.Errorf("the heir wrote %s", q)
			}
		}
		r = heir
	}
}

// silenced asks that findings about just these are silenced, sorted.
func silenced(want ...string) func(*v1alpha1.MeshAuditReportStatus) error {
	return func(s *v1alpha1.MeshAuditReportStatus) error {
		var got []string
		for i := range s.Findings {
			if s.Findings[i].SuppressedBy != "" {
				got = append(got, s.Findings[i].Subject.Name)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("silenced are %q, want %q", got, want)
		}
		return nil
	}
}

// waitForException waits until the status is so, and about the spec that is
// there.
func (c *cluster) waitForException(
	t *testing.T, namespace, name string, state v1alpha1.ExceptionState, matched int32,
) *v1alpha1.MeshAuditException {
	t.Helper()
	e := &v1alpha1.MeshAuditException{}
	envtesting.WaitFor(t, func() error {
		*e = v1alpha1.MeshAuditException{}
		err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, e)
		if s := &e.Status; err == nil && (s.State != state || s.Matched != matched || s.ObservedGeneration != e.Generation) {
			err = fmt.Errorf("%s has the status %+v", name, s)
		}
		return err
	})
	return e
}

// waitForCount waits until the metrics say so of findings of severity High, and
// of silenced ones.
func (c *cluster) waitForCount(t *testing.T, r *replica, namespace string, high, suppressed float64) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		for name, want := range map[string]float64{
			fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"}", namespace): high,
			fmt.Sprintf("meshaudit_suppressed_findings{namespace=%q}", namespace):        suppressed,
		} {
			if got, err := r.metric(t, name); err != nil || got != want {
				return fmt.Errorf("%s is %v, want %v (%w)", name, got, want, err)
			}
		}
		return nil
	})
}
