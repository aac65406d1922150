package analyzers_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/report"
)

// TestReportsEqualThoseOfAFreshStart: after any sequence of changes, once
// everything can be read, the reports are those of a fresh start byte for byte,
// leaving out first-seen and condition times.
func TestReportsEqualThoseOfAFreshStart(t *testing.T) {
	config := audit.Engine(analyzers.All, func(p analysis.Panic) { t.Errorf("%s\n%s", p, p.Stack) })
	e := engine.New(config)
	w := newWorld()
	l := findings.New(audit.Ledger(func() time.Time { return w.now }, nil))
	step := func(b inventory.Batch) {
		for _, c := range e.Apply(b) {
			follow(l, c)
		}
		l.Update(e.Evaluate(w.now, nil), b.States, true)
	}
	versions := pool(t)
	refs := sorted(versions)
	random := rand.New(rand.NewPCG(*seed, 1))
	step(w.begin(versions))
	for n := range *edits {
		step(w.edit(random, refs, versions))
		if n%100 == 99 {
			step(w.readable(versions))
			w.sameReports(t, l, config)
		}
	}
}

// follow tells the ledger of namespaces, as the operator does.
func follow(l *findings.Ledger, c inventory.Change) {
	switch {
	case c.New != nil && c.New.Ref.Kind == kinds.Namespaces.Name:
		l.SetNamespace(audit.Namespace(c.New))
	case c.New == nil && c.Old.Ref.Kind == kinds.Namespaces.Name:
		l.DeleteNamespace(c.Old.Ref.Name)
	}
}

// readable makes every kind listed, and every object whole or gone.
func (w *world) readable(versions map[inventory.Ref][]*inventory.Object) inventory.Batch {
	var b inventory.Batch
	for k := range w.states {
		w.set(&b, k.Kind, k.Scope, inventory.Listed)
	}
	for r, o := range w.objects {
		if o.Fault == nil {
			continue
		}
		whole := &inventory.Object{Ref: r}
		for _, v := range versions[r] {
			if v.Fault == nil {
				whole = v
			}
		}
		w.put(&b, whole)
	}
	return b
}

func (w *world) sameReports(t *testing.T, l *findings.Ledger, config engine.Config) {
	t.Helper()
	b := w.batch()
	store := engine.Fill(config.Schema, b)
	fresh := findings.New(audit.Ledger(func() time.Time { return w.now }, nil))
	for _, r := range store.Refs(kinds.Namespaces.Name) {
		o, _ := store.Get(r)
		fresh.SetNamespace(audit.Namespace(o))
	}
	fresh.Update(engine.Audit(config, store, w.now), b.States, true)
	got, want := statuses(l), statuses(fresh)
	if len(got) != len(want) {
		t.Fatalf("%d reports, want %d", len(got), len(want))
	}
	for name, status := range want {
		if report.NamespacedDigest(got[name]) != report.NamespacedDigest(status) {
			t.Fatalf("report of %q\n%+v\nfresh\n%+v", name, got[name], status)
		}
	}
}

func statuses(l *findings.Ledger) map[string]v1alpha1.MeshAuditReportStatus {
	options := report.Options{APIVersion: report.APIVersion(kinds.Schema()), MaxSize: 256 << 10}
	out := map[string]v1alpha1.MeshAuditReportStatus{}
	for _, v := range l.Views() {
		out[v.Report] = report.Namespaced(v, options)
	}
	return out
}
