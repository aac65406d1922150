package audit_test

import (
	"fmt"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/report"
)

// judgement is that of one check on one subject.
type judgement struct {
	subject inventory.Ref
	check   string
}

// forgotten holds the ledger to "unknown is not empty": a finding goes only
// when its check could look, and is stale only while it cannot.
func (r *replay) forgotten() string {
	unknown := map[judgement]bool{}
	r.engine.Results(func(result *analysis.Result) {
		for _, n := range result.NotEvaluated {
			if n.Reason.Unreadable() {
				unknown[judgement{result.Subject, n.Check.ID()}] = true
			}
		}
	})
	before, shows := r.shown, map[string]bool{}
	r.shown = map[string]findings.Finding{}
	for _, v := range r.strict.Views() {
		shows[v.Report] = true
		for _, f := range v.Findings {
			r.shown[f.ID] = f
			if f.Stale != unknown[judgement{f.Subject, f.Check.ID()}] {
				return fmt.Sprintf("%s of %s: stale is %t", f.Check.ID(), f.Subject, f.Stale)
			}
		}
	}
	for id, f := range before {
		if _, still := r.shown[id]; !still && shows[findings.Place(f.Subject)] && unknown[judgement{f.Subject, f.Check.ID()}] {
			return fmt.Sprintf("%s of %s is gone, although nobody could look", f.Check.ID(), f.Subject)
		}
	}
	return ""
}

// end compares what is compared once: the reads of all memos, and, when all can
// be read again, the reports.
func (r *replay) end() string {
	for range 2 {
		for _, result := range r.engine.Verify(r.now, r.engine.Subjects()) {
			return "verification changed " + results(result)
		}
	}
	if r.engine.Drift() > 0 {
		return fmt.Sprintf("verification found other reads of %d subjects", r.engine.Drift())
	}
	if d := r.afresh(); d != "" {
		return d
	}
	r.heal()
	return r.reports()
}

// afresh compares what the engine keeps with what a new one would: no more
// subjects, and the same time to wake up at.
func (r *replay) afresh() string {
	fresh := engine.New(r.config)
	fresh.Apply(r.world())
	fresh.Evaluate(r.now, nil)
	if got, want := r.engine.Subjects(), fresh.Subjects(); got != want {
		return fmt.Sprintf("%d subjects are remembered, afresh %d", got, want)
	}
	if got, want := r.engine.NextWake(), fresh.NextWake(); !got.Equal(want) {
		return fmt.Sprintf("wakes up at %s, afresh at %s", got, want)
	}
	return ""
}

// heal makes everything readable: kinds are listed, and faulty objects gone.
func (r *replay) heal() {
	var b inventory.Batch
	for k := range r.states {
		b.SetState(k.Kind, k.Scope, inventory.Listed)
	}
	for ref, o := range r.objects {
		if o.Fault != nil {
			b.Delete(ref)
		}
	}
	r.note(&b)
	r.apply(b, 0)
}

// reports compares the reports with those of a fresh start, byte for byte,
// leaving out first-seen and condition times.
func (r *replay) reports() string {
	store := engine.Fill(r.config.Schema, r.world())
	fresh := r.newLedger()
	fresh.SetPolicy(r.policy)
	for _, ref := range store.Refs(kinds.Namespaces.Name) {
		o, _ := store.Get(ref)
		fresh.SetNamespace(audit.Namespace(o))
	}
	fresh.Update(engine.Audit(r.config, store, r.now), r.world().States, true)
	got, want := statuses(r.ledger), statuses(fresh)
	if len(got) != len(want) {
		return fmt.Sprintf("%d reports, afresh %d", len(got), len(want))
	}
	for name, status := range want {
		if report.NamespacedDigest(got[name]) != report.NamespacedDigest(status) {
			return fmt.Sprintf("report of %q\n%+v\nafresh\n%+v", name, got[name], status)
		}
	}
	return ""
}

func statuses(l *findings.Ledger) map[string]v1alpha1.MeshAuditReportStatus {
	options := report.Options{APIVersion: report.APIVersion(kinds.Schema()), MaxSize: report.DefaultMaxSize}
	out := map[string]v1alpha1.MeshAuditReportStatus{}
	for _, v := range l.Views() {
		out[v.Report] = report.Namespaced(v, options)
	}
	return out
}
