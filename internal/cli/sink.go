package cli

import (
	"fmt"
	"maps"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// sink hands a step of the engine on. Namespaces come before what stands in
// them, and go after it.
func (o *operator) sink(u engine.Update) {
	for _, c := range u.Changes {
		if c.New != nil && c.New.Ref.Kind == kinds.Namespaces.Name {
			n := audit.Namespace(c.New)
			o.reports.SetNamespace(n)
			o.ledger.SetNamespace(n)
		}
	}
	o.ledger.Update(u.Results, u.States, u.Settled)
	for _, c := range u.Changes {
		if c.New == nil && c.Old.Ref.Kind == kinds.Namespaces.Name {
			o.reports.DeleteNamespace(c.Old.Ref.Name)
			o.ledger.DeleteNamespace(c.Old.Ref.Name)
		}
	}
	if o.appMesh.apply(u.Changes) {
		o.aws.Present(o.appMesh.any())
	}
	o.aws.heard(u)
	if o.proxies.apply(u.Changes) {
		o.recorder.Proxies(o.proxies.snapshot())
	}
	maps.DeleteFunc(u.Stats.Objects, func(k inventory.Kind, _ int) bool { return source(k) == "" })
	o.recorder.Step(metrics.Step{Took: u.Took, Objects: u.Stats.Objects, Drift: u.Stats.Drift})
}

// broken tells of a check that panics, a mistake of ours, or that gives up:
// neither stops another.
func (o *operator) broken(p analysis.Panic) {
	o.panics.Do(func() {
		o.log.Info("A check was stopped", "check", p.Check.ID(), "subject", p.Subject.String(),
			"reason", fmt.Sprint(p.Value), "stack", string(p.Stack))
	})
}

// source names where objects of a kind come from; "" for our own settings.
func source(k inventory.Kind) string {
	if row, ok := kinds.Lookup(k); ok {
		return row.Source
	}
	return ""
}
