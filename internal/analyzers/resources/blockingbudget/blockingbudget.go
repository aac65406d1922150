// Package blockingbudget flags disruption budgets that let no Pod of a gateway
// or istiod go.
package blockingbudget

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags disruption budgets that let no Pod of a gateway, waypoint or
// istiod go. Those of other workloads are the matter of other tools.
var Analyzer = &analysis.Analyzer{
	Name:     "blockingbudget",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A disruption budget of a gateway or istiod never lets a node be drained",
	Why:      "Every eviction of the Pods is refused: upgrades of nodes and autoscalers of the cluster hang, until somebody deletes the Pods by force and takes all away at once.",
	Fix:      "Run more replicas than the budget keeps, or let it keep fewer, such as minAvailable 1 of 2.",
	Subject:  kinds.PodDisruptionBudgets.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	b := kinds.PodDisruptionBudgets.Of(p.Subject())
	if !b.Deleted.IsZero() {
		return
	}
	w := mesh.Budgeted(p, b)
	if w == nil {
		return
	}
	t := mesh.OfWorkload(w)
	if c := t.Component(); c != mesh.Istiod && c != mesh.GatewayPods && c != mesh.WaypointPods {
		return
	}
	least, scaler, ok := mesh.LeastPods(p, w)
	if !ok || !mesh.LeavesNone(b, least) {
		return
	}
	field, value, by := "spec.minAvailable", b.MinAvailable, "replicas is"
	if b.MaxUnavailable != nil {
		field, value = "spec.maxUnavailable", b.MaxUnavailable
	}
	if scaler != nil {
		by = fmt.Sprintf("minReplicas of HorizontalPodAutoscaler %s/%s is", scaler.Namespace, scaler.Name)
	}
	f := p.Report(field, "%s %s allows no eviction of %s, of which %s %d",
		field[len("spec."):], value.String(), w.Ref, by, least).Relate(w.Ref)
	if scaler != nil {
		f.Relate(kinds.HorizontalPodAutoscalers.Ref(scaler.Namespace, scaler.Name))
	}
}
