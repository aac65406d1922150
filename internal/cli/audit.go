package cli

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
	"github.com/meshaudit/meshaudit/internal/output"
	"github.com/meshaudit/meshaudit/internal/report"
)

// input is what an audit looks at.
type input struct {
	batch   inventory.Batch
	set     *manifests.Set // nil for a live cluster
	errors  []manifests.Error
	objects int
	// exceptions are those that act on it.
	exceptions exceptions
}

// job is one audit on the command line.
type job struct {
	input
	checks     []analysis.Check
	policy     findings.Policy
	system     string   // the operator's namespace
	namespaces []string // reported; empty for all
	broken     func(analysis.Panic)
	ledger     *findings.Ledger // once run
}

// run evaluates the input by the operator's own engine and ledger.
func (j *job) run(now time.Time) *output.Report {
	config := audit.Engine(j.checks, j.broken)
	store := engine.Fill(config.Schema, j.batch)
	results := engine.Audit(config, store, now)

	ledger := findings.New(findings.Config{
		Schema: config.Schema, Checks: j.checks, SubjectKinds: audit.SubjectKinds, System: j.system,
		Now: func() time.Time { return now },
	})
	j.ledger = ledger
	ledger.SetPolicy(j.policy)
	for _, e := range j.exceptions.list {
		ledger.SetException(e.Exception)
	}
	for _, ref := range store.Refs(kinds.Namespaces.Name) {
		o, _ := store.Get(ref)
		ledger.SetNamespace(audit.Namespace(o))
	}
	ledger.Update(results, j.batch.States, true)
	return j.report(ledger)
}

// report gathers the ledger's views into one.
func (j *job) report(l *findings.Ledger) *output.Report {
	r := &output.Report{
		Errors: j.errors, Objects: j.objects, Checks: j.count(),
		APIVersion: report.APIVersion(kinds.Schema()),
	}
	for _, v := range l.Views() {
		if len(j.namespaces) > 0 && !slices.Contains(j.namespaces, v.Report) {
			continue
		}
		r.Summary.Add(v.Summary)
		r.NotEvaluated = append(r.NotEvaluated, v.NotEvaluated...)
		for _, f := range v.Findings {
			r.Findings = append(r.Findings, output.Finding{Finding: f})
		}
	}
	j.locate(r.Findings)
	slices.SortStableFunc(r.Findings, func(a, b output.Finding) int {
		return cmp.Or(a.Rank()-b.Rank(), cmp.Compare(b.Severity, a.Severity))
	})
	r.NotEvaluated = merge(r.NotEvaluated)
	return r
}

// count is the number of checks that the policy runs.
func (j *job) count() int {
	n := 0
	for _, c := range j.checks {
		if j.policy.Runs(c) {
			n++
		}
	}
	return n
}

// locate says of findings in which line of which file they are.
func (j *job) locate(list []output.Finding) {
	if j.set == nil {
		return
	}
	fields := make([]manifests.Field, len(list))
	for i := range list {
		fields[i] = manifests.Field{Ref: list[i].Subject, Path: list[i].Field}
	}
	for i, p := range j.set.Places(fields) {
		list[i].File, list[i].Line = p.File, p.Line
	}
}

// merge joins what several reports say of one check and reason.
func merge(list []analysis.NotEvaluated) []analysis.NotEvaluated {
	slices.SortStableFunc(list, func(a, b analysis.NotEvaluated) int {
		return cmp.Or(strings.Compare(a.Check.ID(), b.Check.ID()), cmp.Compare(a.Reason, b.Reason))
	})
	var out []analysis.NotEvaluated
	for _, n := range list {
		last := len(out) - 1
		if last < 0 || out[last].Check.ID() != n.Check.ID() || out[last].Reason != n.Reason {
			n.Kinds = slices.Clone(n.Kinds)
			out = append(out, n)
			continue
		}
		out[last].Optional = out[last].Optional && n.Optional
		kinds := slices.Concat(out[last].Kinds, n.Kinds)
		slices.Sort(kinds)
		out[last].Kinds = slices.Compact(kinds)
	}
	return out
}
