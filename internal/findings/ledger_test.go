package findings_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

var (
	routes = inventory.NewKind(&inventory.KindInfo{Kind: "Route", Version: "v1", Namespaced: true})
	nodes  = inventory.NewKind(&inventory.KindInfo{Kind: "Node", Version: "v1"})
	schema = inventory.NewSchema(routes, nodes)

	broken = check("routing", "broken", analysis.High)
	taste  = opinion(check("routing", "taste", analysis.Medium))
	strict = profiled(check("routing", "strict", analysis.Low), analysis.Strict)
)

func check(category, name string, s analysis.Severity) analysis.Check {
	return analysis.Check{Category: category, Analyzer: &analysis.Analyzer{
		Name: name, Severity: s, Profile: analysis.Core, Subject: "Route",
	}}
}

func opinion(c analysis.Check) analysis.Check { c.Opinion = true; return c }

func profiled(c analysis.Check, p analysis.Profile) analysis.Check { c.Profile = p; return c }

// book is a ledger with a clock that stands still until it is moved.
type book struct {
	*testing.T
	*findings.Ledger
	now     time.Time
	changed []string
}

func open(t *testing.T) *book {
	t.Helper()
	b := &book{T: t, now: time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)}
	b.Ledger = findings.New(findings.Config{
		Schema: schema, Checks: []analysis.Check{broken, taste, strict},
		SubjectKinds: func(c analysis.Check) []inventory.Kind { return []inventory.Kind{c.Subject} },
		System:       "system",
		Now:          func() time.Time { return b.now },
		Changed:      func(names []string) { b.changed = names },
	})
	b.SetNamespace(findings.Namespace{Name: "shop", Labels: map[string]string{"team": "web"}})
	b.state("Route", inventory.Listed)
	b.state("Node", inventory.Listed)
	return b
}

func (b *book) state(k inventory.Kind, s inventory.State) {
	b.Update(nil, []inventory.StateChange{{Kind: k, State: s}}, true)
}

func route(name string) inventory.Ref {
	return inventory.Ref{Kind: "Route", Namespace: "shop", Name: name}
}

func found(c analysis.Check, name, id string) analysis.Finding {
	return analysis.Finding{ID: id, Check: c, Severity: c.Severity, Subject: route(name), Message: id}
}

func (b *book) result(name string, list ...analysis.Finding) {
	b.Update([]*analysis.Result{{Subject: route(name), Findings: list}}, nil, true)
}

func (b *book) blind(name string, s inventory.State, c analysis.Check) {
	b.Update([]*analysis.Result{{
		Subject:      route(name),
		NotEvaluated: []analysis.NotEvaluated{{Check: c, Reason: s, Kinds: []inventory.Kind{"Node"}}},
	}}, nil, true)
}

// shows compares the report of the namespace shop with lines of severity, ID,
// age in minutes and a mark for stale findings.
func (b *book) shows(want ...string) {
	b.Helper()
	v, ok := b.View("shop")
	if !ok {
		b.Fatal("no report")
	}
	var got []string
	for _, f := range v.Findings {
		line := fmt.Sprintf("%s %s %d", f.Severity, f.ID, int(b.now.Sub(f.FirstSeen).Minutes()))
		if f.Stale {
			line += " stale"
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		b.Errorf("report shows %q, want %q", got, want)
	}
}

func TestFirstSeenStaysWhileTheFindingDoes(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	b.now = b.now.Add(5 * time.Minute)
	b.result("cart", found(broken, "cart", "a"), found(broken, "cart", "b"))
	b.shows("High a 5", "High b 0")
	b.result("cart")
	b.shows()
	b.result("cart", found(broken, "cart", "a"))
	b.shows("High a 0")
}

func TestUnreadableKeepsFindingsStale(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"), found(taste, "cart", "t"))
	b.blind("cart", inventory.Forbidden, broken)
	b.shows("High a 0 stale")
	if v, _ := b.View("shop"); v.Complete() || v.Summary.NotEvaluated != 1 {
		t.Errorf("not evaluated %v, complete %t", v.NotEvaluated, v.Complete())
	}
	b.blind("cart", inventory.Forbidden, broken)
	b.shows("High a 0 stale")
	b.result("cart")
	b.shows()
}

func TestOffResolves(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	b.blind("cart", inventory.Off, broken)
	b.shows()
	if v, _ := b.View("shop"); !v.Complete() {
		t.Error("what is off makes a report incomplete")
	}
}

func TestUnreadableSubjectKindIsTold(t *testing.T) {
	b := open(t)
	b.state("Route", inventory.Forbidden)
	v, _ := b.View("shop")
	if len(v.NotEvaluated) != 2 || v.NotEvaluated[0].Check.ID() != "routing/broken" || v.Complete() {
		t.Errorf("not evaluated %v, want the two checks of the profile", v.NotEvaluated)
	}
}

func TestRestoreKeepsTimesAndWhatCannotBeRead(t *testing.T) {
	b := open(t)
	hour := b.now.Add(-time.Hour)
	old := findings.Finding{Finding: found(broken, "cart", "a"), FirstSeen: hour}
	b.Restore("shop", []findings.Finding{old})
	b.shows() // settled and readable: it would have been found
	b.state("Route", inventory.NotSynced)
	b.Restore("shop", []findings.Finding{old})
	b.shows("High a 60 stale")
	b.result("cart", found(broken, "cart", "a"))
	b.shows("High a 60")
}

func TestRestoredFindingsGoWhenTheKindCanBeRead(t *testing.T) {
	b := open(t)
	b.state("Route", inventory.Forbidden)
	b.Restore("shop", []findings.Finding{{Finding: found(broken, "cart", "a"), FirstSeen: b.now}})
	b.shows("High a 0 stale")
	b.state("Route", inventory.Listed)
	b.shows()
}

func TestPolicyShowsWithoutEvaluating(t *testing.T) {
	b := open(t)
	sensitive := found(taste, "cart", "s")
	sensitive.Sensitive = true
	b.result("cart", found(broken, "cart", "a"), found(taste, "cart", "t"), sensitive, found(strict, "cart", "x"))
	b.shows("High a 0", "Medium s 0", "Info t 0")
	b.SetPolicy(findings.Policy{Profile: analysis.Strict})
	b.shows("High a 0", "Medium s 0", "Medium t 0", "Low x 0")
	b.SetPolicy(findings.Policy{Profile: analysis.Core, Rules: []findings.Rule{
		{Pattern: "routing/*", Disabled: true}, {Pattern: "*/strict", Severity: analysis.Critical},
	}})
	b.shows("Critical x 0")
}

func TestNamespacesThatHaveNoReport(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	b.SetPolicy(findings.Policy{Audited: func(n findings.Namespace) bool { return n.Labels["team"] != "web" }})
	if _, ok := b.View("shop"); ok {
		t.Error("an excluded namespace has a report")
	}
	b.SetPolicy(findings.Policy{OwnerLabel: "team"})
	if v, ok := b.View("shop"); !ok || v.Owner != "web" {
		t.Errorf("owner %q", v.Owner)
	}
	b.SetNamespace(findings.Namespace{Name: "shop", Terminating: true})
	if _, ok := b.View("shop"); ok {
		t.Error("a terminating namespace has a report")
	}
	b.DeleteNamespace("shop")
	if _, ok := b.View("shop"); ok {
		t.Error("a deleted namespace has a report")
	}
}

func TestChangesNameTheirReports(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	if !slices.Equal(b.changed, []string{"shop"}) {
		t.Errorf("changed %q", b.changed)
	}
	b.state("Node", inventory.Stale)
	if !slices.Equal(b.changed, []string{"", "shop"}) {
		t.Errorf("changed %q", b.changed)
	}
}

// A namespace may go before the last of its objects, since each kind is watched
// on its own; previews come and go by the thousand.
func TestNamespacesThatCameAndWentLeaveNothingBehind(t *testing.T) {
	b := open(t)
	before := b.Reports()
	for i := range 100 {
		ref := inventory.Ref{Kind: "Route", Namespace: fmt.Sprint("preview-", i), Name: "web"}
		b.SetNamespace(findings.Namespace{Name: ref.Namespace})
		b.Update([]*analysis.Result{{
			Subject: ref, Findings: []analysis.Finding{{Check: broken, Subject: ref, ID: ref.Namespace}},
		}}, nil, true)
		if _, ok := b.View(ref.Namespace); !ok {
			t.Fatalf("no view of %s", ref.Namespace)
		}
		b.DeleteNamespace(ref.Namespace)
		b.Update([]*analysis.Result{{Subject: ref}}, nil, true)
	}
	if n := b.Reports(); n != before {
		t.Errorf("%d reports are remembered, want %d", n, before)
	}
}
