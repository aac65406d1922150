package cli

import (
	"errors"
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// tally is how many findings of severity High the operator saw come and go.
type tally struct{ opened, resolved float64 }

const openedHigh, resolvedHigh = `meshaudit_findings_opened_total{severity="High"}`, `meshaudit_findings_resolved_total{severity="High"}`

// tally reads the counters once the reports show all that the operator knows.
func (r *replica) tally(t *testing.T) tally {
	t.Helper()
	r.settle(t)
	opened, err := r.metric(t, openedHigh)
	resolved, failed := r.metric(t, resolvedHigh)
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	return tally{opened, resolved}
}

// counts asks that so many more came and went.
func (r *replica) counts(t *testing.T, from tally, opened, resolved float64) {
	t.Helper()
	r.waitForMetric(t, openedHigh, from.opened+opened)
	r.waitForMetric(t, resolvedHigh, from.resolved+resolved)
}

// What was wrong is remembered for whoever comes late, is counted once, and no
// restart makes a difference.
func TestWhatWasWrongIsRemembered(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, route("pay", "pay", "pey"))
	r := c.operate(t)
	was := finding(t, &c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost pay").Status,
		"routing/unknownhost", "cart")
	from := r.tally(t)
	if from.opened < 2 {
		t.Errorf("the first findings are not counted: %+v", from)
	}

	c.applyText(t, shop, service("kart"))
	resolved := c.waitForFindings(t, shop, "routing/unknownhost pay").Status.Resolved
	if len(resolved) != 1 || resolved[0].ID != was.ID || resolved[0].Subject != was.Subject || resolved[0].Field != was.Field ||
		!resolved[0].FirstSeen.Equal(&was.FirstSeen) || resolved[0].ResolvedAt.Before(&was.FirstSeen) {
		t.Errorf("resolved %+v, was %+v", resolved, was)
	}
	r.counts(t, from, 0, 1)
	r.settle(t)
	versions := c.versions(t)
	r.kill()
	c.freeLease(t)

	r = c.operate(t)
	r.settle(t)
	c.unchanged(t, versions)
	r.counts(t, tally{}, 0, 0)
	c.remove(t, "networking.istio.io/v1", "VirtualService", shop, "pay")
	now := c.waitForFindings(t, shop).Status.Resolved
	if len(now) != 2 || now[0].Subject.Name != "pay" || now[1] != resolved[0] {
		t.Errorf("resolved %+v", now)
	}
	r.counts(t, tally{}, 0, 1)

	c.remove(t, "v1", "Service", shop, "kart")
	c.waitForReport(t, shop, func(s *v1alpha1.MeshAuditReportStatus) error {
		if len(s.Findings) != 1 || len(s.Resolved) != 1 || s.Resolved[0].Subject.Name != "pay" {
			return fmt.Errorf("findings %+v, resolved %+v", s.Findings, s.Resolved)
		}
		return nil
	})
	r.counts(t, tally{}, 1, 1)
	r.stop()
}

// The policy hides and shows, a namespace ends: nothing came or went by that.
func TestNothingIsResolvedByLookingAway(t *testing.T) {
	c := newCluster(t)
	shop, bank := c.Namespace(t), c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, bank, route("cart", "cart", "kart"))
	r := c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	c.waitForFindings(t, bank, "routing/unknownhost cart")
	from := r.tally(t)
	const quick = "\nreports: {quietPeriod: 20ms, minWriteInterval: 50ms}"
	c.setPolicy(t, policySpec(t, `checks: [{name: routing/*, disabled: true}]`+quick))
	c.waitForFindings(t, shop)
	c.setPolicy(t, policySpec(t, `namespaces: {exclude: {names: [`+shop+`]}}`+quick))
	c.waitForSeverities(t, shop, nil)
	c.setPolicy(t, policySpec(t, `profile: Recommended`+quick))
	is := c.waitForFindings(t, shop, "routing/unknownhost cart").Status
	c.waitForFindings(t, bank, "routing/unknownhost cart")
	r.settle(t)
	all, _ := c.reports(t)
	counted := all.Status.Totals.High
	c.endNamespace(t, bank)
	envtesting.WaitFor(t, func() error {
		if all, _ := c.reports(t); all.Status.Totals.High != counted-1 {
			return fmt.Errorf("%d count, of %d before the end of one", all.Status.Totals.High, counted)
		}
		return nil
	})
	if len(is.Resolved) > 0 {
		t.Errorf("resolved %+v", is.Resolved)
	}
	r.settle(t)
	r.counts(t, from, 0, 0)
}
