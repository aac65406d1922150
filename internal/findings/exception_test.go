package findings_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// accept makes an exception in the namespace shop.
func accept(name, check string, subjects ...findings.Subject) findings.Exception {
	return findings.Exception{Namespace: "shop", Name: name, Checks: []string{check}, Subjects: subjects}
}

func labelled(key, value string) func(map[string]string) bool {
	return func(l map[string]string) bool { return l[key] == value }
}

// silenced compares what silences the findings of a report, by their order.
func (b *book) silenced(report string, want ...string) {
	b.Helper()
	v, _ := b.View(report)
	var got []string
	for _, f := range v.Findings {
		got = append(got, f.ID+" "+f.SuppressedBy)
	}
	if !slices.Equal(got, want) {
		b.Errorf("report %q shows %q, want %q", report, got, want)
	}
}

func (b *book) uses(want ...findings.Use) {
	b.Helper()
	got := b.Uses()
	for i := range got {
		got[i].Expires = time.Time{}
	}
	if !slices.Equal(got, want) {
		b.Errorf("uses %+v, want %+v", got, want)
	}
}

func use(name string, s findings.UseState, matched, refused int) findings.Use {
	return findings.Use{Namespace: "shop", Name: name, State: s, Matched: matched, Refused: refused}
}

// What is accepted stays in the report behind its equals, and counts in no
// severity. Of several exceptions the first by name is the one that is told.
func TestWhatIsAcceptedStaysAndDoesNotCount(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"), found(broken, "cart", "b"), found(taste, "cart", "t"))
	b.result("till", found(broken, "till", "c"))
	b.SetException(accept("z", "routing/broken", findings.Subject{Name: "cart"}))
	b.silenced("shop", "c ", "a shop/z", "b shop/z", "t ")
	b.SetException(accept("k", "*", findings.Subject{Kind: "Route", Name: "c*t"}))
	b.SetException(accept("a", "routing/*", findings.Subject{Kind: "Node"}))
	b.silenced("shop", "c ", "a shop/k", "b shop/k", "t shop/k")
	v, _ := b.View("shop")
	if s := v.Summary; s.Suppressed != 3 || s.BySeverity != [analysis.Critical + 1]int{analysis.High: 1} {
		t.Errorf("summary %+v", s)
	}
	b.uses(use("a", findings.Unused, 0, 0), use("k", findings.Active, 3, 0), use("z", findings.Active, 2, 0))
	b.DeleteException("shop", "k")
	b.silenced("shop", "c ", "a shop/z", "b shop/z", "t ")
	b.DeleteException("shop", "z")
	b.DeleteException("shop", "never there")
	b.silenced("shop", "a ", "b ", "c ", "t ")
}

// An exception without subjects is about all of its namespace, and nothing else.
func TestAnExceptionActsInItsNamespace(t *testing.T) {
	b := open(t)
	b.SetNamespace(findings.Namespace{Name: "pay"})
	b.result("cart", found(broken, "cart", "a"))
	e := accept("all", "*")
	b.SetException(e)
	b.silenced("shop", "a shop/all")
	e.Namespace = "pay"
	b.SetException(e)
	b.DeleteException("shop", "all")
	b.silenced("shop", "a ")
	b.uses(findings.Use{Namespace: "pay", Name: "all", State: findings.Unused})
}

// Bounds go by the severity that is shown.
func TestThePolicyBoundsExceptions(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"), found(taste, "cart", "t"))
	b.SetException(accept("all", "*"))
	for name, c := range map[string]struct {
		policy findings.Policy
		want   []string
		use    findings.Use
	}{
		"none":       {findings.Policy{}, []string{"a shop/all", "t shop/all"}, use("all", findings.Active, 2, 0)},
		"a severity": {bounded(analysis.Medium, nil), []string{"a ", "t shop/all"}, use("all", findings.Active, 1, 1)},
		"checks": {
			bounded(0, []string{"*/broken"}), []string{"a shop/all", "t "}, use("all", findings.Active, 1, 1),
		},
		"no check": {bounded(0, []string{}), []string{"a ", "t "}, use("all", findings.Unused, 0, 2)},
		"a severity that a rule sets": {
			findings.Policy{
				Exceptions: findings.Bounds{MaxSeverity: analysis.High},
				Rules:      []findings.Rule{{Pattern: "*/taste", Severity: analysis.Critical}},
			},
			[]string{"t ", "a shop/all"},
			use("all", findings.Active, 1, 1),
		},
		"a check that does not run": {
			findings.Policy{Rules: []findings.Rule{{Pattern: "*", Disabled: true}}}, nil, use("all", findings.Unused, 0, 0),
		},
	} {
		t.Run(name, func(t *testing.T) {
			b.T = t
			c.policy.Profile = analysis.Recommended
			b.SetPolicy(c.policy)
			b.silenced("shop", c.want...)
			b.uses(c.use)
		})
	}
}

func bounded(most analysis.Severity, checks []string) findings.Policy {
	return findings.Policy{Exceptions: findings.Bounds{MaxSeverity: most, Checks: checks}}
}

// The operator's namespace may silence what is wrong with the cluster, without
// bounds, if it says of what it speaks: that it accepts all of its own does not
// mean the mesh.
func TestTheOperatorsNamespaceSpeaksForTheCluster(t *testing.T) {
	b := open(t)
	node := found(broken, "one", "n")
	node.Subject = inventory.Ref{Kind: "Node", Name: "one"}
	b.Update([]*analysis.Result{{Subject: node.Subject, Findings: []analysis.Finding{node}}}, nil, true)
	own := found(broken, "self", "s")
	own.Subject.Namespace = "system"
	b.SetNamespace(findings.Namespace{Name: "system"})
	b.Update([]*analysis.Result{{Subject: own.Subject, Findings: []analysis.Finding{own}}}, nil, true)
	policy := bounded(analysis.Low, nil)
	policy.Profile = analysis.Recommended
	b.SetPolicy(policy)

	e := accept("nodes", "*", findings.Subject{Kind: "Node"})
	b.SetException(e)
	b.silenced("", "n ")
	e.Namespace = "system"
	b.SetException(e)
	b.silenced("", "n system/nodes")
	e.Subjects = nil
	b.SetException(e)
	b.silenced("", "n ")
	b.silenced("system", "s ")
	e.Subjects = []findings.Subject{{Name: "*"}}
	b.SetException(e)
	b.silenced("", "n system/nodes")
	b.silenced("system", "s ")
	b.uses(use("nodes", findings.Unused, 0, 0),
		findings.Use{Namespace: "system", Name: "nodes", State: findings.Active, Matched: 1, Refused: 1})
}

// Labels are those of the subject; a change of them alone is one.
func TestExceptionsGoByLabels(t *testing.T) {
	b := open(t)
	b.SetException(accept("old", "*", findings.Subject{Selects: labelled("tier", "old")}))
	relabel := func(tier string) {
		b.Update([]*analysis.Result{{
			Subject: route("cart"), Findings: []analysis.Finding{found(broken, "cart", "a")},
			Labels: map[string]string{"tier": tier}, UID: "u-1",
		}}, nil, true)
	}
	relabel("new")
	b.silenced("shop", "a ")
	relabel("old")
	b.silenced("shop", "a shop/old")
	b.blind("cart", inventory.Forbidden, broken)
	b.silenced("shop", "a shop/old")
	v, _ := b.View("shop")
	if f := v.Findings[0]; !f.Stale || f.SubjectUID != "u-1" {
		t.Errorf("finding %+v, want a stale one of u-1", f)
	}
}

// An exception touches nothing but what it acts on.
func TestAnExceptionChangesItsOwnReports(t *testing.T) {
	b := open(t)
	b.SetNamespace(findings.Namespace{Name: "system"})
	b.SetNamespace(findings.Namespace{Name: "pay"})
	pay, _ := b.View("pay")
	past := accept("past", "*")
	past.Expires = b.now
	system := accept("mesh", "*", findings.Subject{Kind: "Node"})
	system.Namespace = "system"
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{func() { b.SetException(accept("a", "*")) }, []string{"shop"}},
		{func() { b.SetException(past) }, nil},
		{func() { b.SetException(system) }, []string{"", "system"}},
		{func() { system.Subjects = nil; b.SetException(system) }, []string{"", "system"}},
		{func() { b.DeleteException("system", "mesh") }, []string{"system"}},
		{func() { b.DeleteException("system", "mesh") }, nil},
		{func() { b.DeleteException("shop", "past") }, nil},
		{func() { b.Expire() }, nil},
	} {
		b.changed = nil
		if step.do(); !slices.Equal(b.changed, step.want) {
			t.Errorf("changed %q, want %q", b.changed, step.want)
		}
	}
	if v, _ := b.View("pay"); v != pay {
		t.Error("a report that no exception touches was made anew")
	}
}
