package report_test

import (
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// spelled says what the changes are, in order.
func spelled(changes []report.Change) (out []string) {
	for i := range changes {
		c := &changes[i]
		word := "changed"
		switch {
		case c.Opened():
			word = "opened"
		case c.Resolved():
			word = "resolved"
		case c.After == nil:
			word = "went"
		case c.Before == nil:
			word = "came"
		}
		out = append(out, word+" "+c.Finding().Subject.Name)
	}
	return out
}

func wantChanges(t *testing.T, s *report.Shown, now *findings.View, words ...string) {
	t.Helper()
	if got := spelled(s.Changes(now)); !slices.Equal(got, words) {
		t.Errorf("changes %q, want %q", got, words)
	}
}

// fix tells that nothing is wrong with the subject any longer.
func fix(l *findings.Ledger, f analysis.Finding) {
	l.Update([]*analysis.Result{{Subject: f.Subject}}, nil, true)
}

func shows(v *findings.View) *report.Shown { return &report.Shown{View: v} }

func TestWhatComesAndGoesIsTold(t *testing.T) {
	l := newLedger(noon)
	cart, card := finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "shop", "card", "spec")
	empty := view(t, l, "shop")
	update(l, cart, card)
	both := view(t, l, "shop")
	wantChanges(t, report.Nothing(), both, "opened cart", "opened card")
	wantChanges(t, shows(empty), both, "opened cart", "opened card")
	wantChanges(t, shows(both), both)
	fix(l, cart)
	wantChanges(t, shows(both), view(t, l, "shop"), "resolved cart")
}

// Unknown is not empty.
func TestWhatGetsStaleIsNotResolved(t *testing.T) {
	l := newLedger(noon)
	cart := finding(unknownHost, "shop", "cart", "spec")
	update(l, cart)
	fresh := view(t, l, "shop")
	l.Update([]*analysis.Result{{
		Subject: cart.Subject, NotEvaluated: []analysis.NotEvaluated{{Check: unknownHost, Reason: inventory.Forbidden}},
	}}, nil, true)
	stale := view(t, l, "shop")
	if !stale.Findings[0].Stale {
		t.Fatalf("%+v", stale.Findings)
	}
	wantChanges(t, shows(fresh), stale)
}

// What the policy hides is still wrong, and what it shows was.
func TestThePolicyOpensAndResolvesNothing(t *testing.T) {
	l := newLedger(noon)
	update(l, finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "shop", "card", "spec"))
	with := view(t, l, "shop")
	l.SetPolicy(findings.Policy{Profile: analysis.Recommended, Rules: []findings.Rule{{Pattern: "routing/noport", Disabled: true}}})
	without := view(t, l, "shop")
	wantChanges(t, shows(with), without)
	wantChanges(t, shows(without), with)
	l.SetPolicy(findings.Policy{Profile: analysis.Recommended, Rules: []findings.Rule{{Pattern: "*", Severity: analysis.Info}}})
	wantChanges(t, shows(with), view(t, l, "shop"), "changed card", "changed cart")
}

// An exception says that something is known, not that it is right.
func TestAnExceptionOpensAndResolvesNothing(t *testing.T) {
	l := newLedger(noon)
	cart := finding(unknownHost, "shop", "cart", "spec")
	update(l, cart)
	counts := view(t, l, "shop")
	l.SetException(findings.Exception{Namespace: "shop", Name: "known", Checks: []string{"routing/*"}})
	silent := view(t, l, "shop")
	wantChanges(t, shows(counts), silent, "changed cart")
	wantChanges(t, shows(silent), counts, "changed cart")
	wantChanges(t, report.Nothing(), silent, "came cart")
	fix(l, cart)
	wantChanges(t, shows(silent), view(t, l, "shop"), "went cart")
}

// A report that was cut does not tell all that was there.
func TestWhatMayHaveBeenCutIsNotOpened(t *testing.T) {
	l := newLedger(noon)
	update(l, many(600)...)
	all := view(t, l, "shop")
	status := stored(t, report.Namespaced(all, report.Options{APIVersion: whole.APIVersion, MaxSize: smallest}))
	if status.Truncated.ByCheck["routing/noport"] == 0 || status.Truncated.ByCheck["routing/unknownhost"] == 0 {
		t.Fatalf("cut are %v", status.Truncated.ByCheck)
	}
	before := report.ReadBack(&status.ReportStatus, report.Restore(&status.ReportStatus, report.ByID(checks)))
	wantChanges(t, before, all)
	fix(l, all.Findings[0].Finding)
	wantChanges(t, before, view(t, l, "shop"), "resolved object-0000")
	wantChanges(t, shows(all), view(t, l, "shop"), "resolved object-0000")
}

// A check that the program no longer has, resolves nothing by that.
func TestFindingsOfAnUnknownCheckAreNotResolved(t *testing.T) {
	l := newLedger(noon)
	update(l, finding(unknownHost, "shop", "cart", "spec"))
	status := stored(t, report.Namespaced(view(t, l, "shop"), whole))
	before := report.ReadBack(&status.ReportStatus, report.Restore(&status.ReportStatus, report.ByID(checks[1:])))
	wantChanges(t, before, view(t, newLedger(noon), "shop"))
	if n := len(before.Changes(view(t, l, "shop"))); n != 1 {
		t.Errorf("%d changes", n)
	}
}
