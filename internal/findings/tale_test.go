package findings_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// tale tells two ledgers the same, one of them nothing of exceptions.
type tale struct {
	*testing.T
	rand          *rand.Rand
	now           time.Time
	ledger, plain *findings.Ledger
	policy        findings.Policy
	results       []*analysis.Result // in order
	labels        map[inventory.Ref]map[string]string
	exceptions    map[string]findings.Exception // by namespace/name
	shown         map[string]*findings.View
	readAgain     map[string]bool
}

var reports = []string{"", "pay", "shop", "system"}

func newTale(t *testing.T, seed uint64) *tale {
	t.Helper()
	w := &tale{
		T: t, rand: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1_800_000_000, 0),
		labels: map[inventory.Ref]map[string]string{}, exceptions: map[string]findings.Exception{},
		shown: map[string]*findings.View{}, readAgain: map[string]bool{},
		policy: findings.Policy{Profile: analysis.Recommended},
	}
	w.ledger = w.open(func(names []string) {
		for _, name := range names {
			w.readAgain[name] = true
		}
	})
	w.plain = w.open(nil)
	for _, name := range reports {
		w.readAgain[name] = true
	}
	return w
}

func (w *tale) open(changed func([]string)) *findings.Ledger {
	l := findings.New(findings.Config{
		Schema: schema, Checks: []analysis.Check{broken, taste, strict}, System: "system",
		SubjectKinds: func(c analysis.Check) []inventory.Kind { return []inventory.Kind{c.Subject} },
		Now:          func() time.Time { return w.now }, Changed: changed,
	})
	for _, name := range reports[1:] {
		l.SetNamespace(findings.Namespace{Name: name})
	}
	l.Update(nil, []inventory.StateChange{
		{Kind: "Route", State: inventory.Listed}, {Kind: "Node", State: inventory.Listed},
	}, true)
	return l
}

func pick[T any](w *tale, from ...T) T { return from[w.rand.IntN(len(from))] }

func (w *tale) step() {
	switch w.rand.IntN(8) {
	case 0, 1, 2:
		r := w.result()
		w.results = append(w.results, r)
		w.update(w.ledger, r)
		w.update(w.plain, r)
	case 3, 4:
		e := w.exception()
		w.exceptions[e.Namespace+"/"+e.Name] = e
		w.ledger.SetException(e)
	case 5:
		namespace, name := pick(w, reports[1:]...), pick(w, "a", "b", "c")
		delete(w.exceptions, namespace+"/"+name)
		w.ledger.DeleteException(namespace, name)
	case 6:
		w.policy = w.somePolicy()
		w.ledger.SetPolicy(w.policy)
		w.plain.SetPolicy(w.policy)
	case 7:
		w.now = w.now.Add(time.Duration(w.rand.IntN(3)) * time.Minute)
		w.ledger.Expire()
	}
	for name := range w.readAgain {
		w.shown[name], _ = w.ledger.View(name)
	}
	clear(w.readAgain)
}

func (w *tale) update(l *findings.Ledger, r *analysis.Result) {
	l.Update([]*analysis.Result{r}, nil, true)
}

// result of a subject: what is found, or cannot be judged, by each check.
func (w *tale) result() *analysis.Result {
	ref := inventory.Ref{Kind: "Route", Namespace: pick(w, reports[1:]...), Name: pick(w, "cart", "card", "till")}
	if w.rand.IntN(4) == 0 {
		ref = inventory.Ref{Kind: "Node", Name: pick(w, "one", "two")}
	}
	r := &analysis.Result{Subject: ref}
	for _, c := range []analysis.Check{broken, taste, strict} {
		switch w.rand.IntN(3) {
		case 0:
			f := analysis.Finding{Check: c, Severity: c.Severity, Subject: ref, Sensitive: w.rand.IntN(2) == 0}
			f.ID = ref.String() + c.ID()
			r.Findings = append(r.Findings, f)
		case 1:
			r.NotEvaluated = append(r.NotEvaluated, analysis.NotEvaluated{
				Check: c, Reason: pick(w, inventory.Forbidden, inventory.Off), Kinds: []inventory.Kind{"Node"},
			})
		}
	}
	if len(r.Findings) > 0 {
		r.Labels = map[string]string{"tier": pick(w, "old", "new")}
		w.labels[ref] = r.Labels
	}
	return r
}

func (w *tale) exception() findings.Exception {
	e := findings.Exception{
		Namespace: pick(w, reports[1:]...), Name: pick(w, "a", "b", "c"),
		Checks: pick(w, []string{"*"}, []string{"routing/broken"}, []string{"*/t*", "*strict"}, nil),
	}
	for range w.rand.IntN(3) {
		e.Subjects = append(e.Subjects, findings.Subject{
			Kind: pick(w, "", "", "Route", "Node"), Name: pick(w, "", "cart", "ca*", "*e"),
			Selects: pick(w, nil, labelled("tier", "old")),
		})
	}
	if w.rand.IntN(2) == 0 {
		e.Expires = w.now.Add(time.Duration(w.rand.IntN(6)-1) * time.Minute)
	}
	return e
}

func (w *tale) somePolicy() findings.Policy {
	return findings.Policy{
		Profile: pick(w, analysis.Core, analysis.Recommended, analysis.Strict),
		Rules: pick(w, nil, []findings.Rule{
			{Pattern: "*/taste", Severity: analysis.Critical}, {Pattern: "*/broken", Disabled: true},
		}),
		Exceptions: findings.Bounds{
			MaxSeverity: pick(w, 0, analysis.Low, analysis.High), Checks: pick(w, nil, []string{}, []string{"*/broken"}),
		},
	}
}
