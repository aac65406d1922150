// Package singlereplica flags gateways, waypoints and istiods of which one Pod
// may be all there is.
package singlereplica

import (
	"fmt"
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags gateways, waypoints and istiods of which one Pod may be all
// there is, or all of which may be taken away at once. DaemonSets have as many
// as there are nodes.
var Analyzer = &analysis.Analyzer{
	Name:     "singlereplica",
	Severity: analysis.Medium,
	Opinion:  true,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A gateway, waypoint or istiod has a single Pod",
	Why:      "When its node is drained or fails, a gateway or waypoint stops all traffic behind it, and without istiod no Pod is injected and no certificate renewed, until a new Pod is ready.",
	Fix:      "Run two replicas at least, in replicas or in the autoscaler's minReplicas, and keep one by a PodDisruptionBudget with minAvailable 1.",
	Subject:  analysis.Workload,
	Run:      run,
}

var parts = []mesh.Component{mesh.Istiod, mesh.GatewayPods, mesh.WaypointPods}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	part := t.Component()
	least, scaler, ok := mesh.LeastPods(p, w)
	if !ok || !slices.Contains(parts, part) || least > 1 && budgeted(p, &t) {
		return
	}
	if part == mesh.Istiod && !mesh.Asked(p, mesh.RevisionOfIstiod(w)) {
		return
	}
	field, why := verdict(w, least, scaler)
	f := p.Report(field, "%s: %s", nouns[part], why).
		Sensitively(part != mesh.Istiod && mesh.SensitiveGatewayPods(p, &t))
	if scaler != nil {
		f.Relate(kinds.HorizontalPodAutoscalers.Ref(scaler.Namespace, scaler.Name))
	}
}

func verdict(w *kinds.Workload, least int32, scaler *kinds.HorizontalPodAutoscaler) (field, why string) {
	switch {
	case least > 1:
		return mesh.PodField(w.Ref.Kind, "metadata.labels"),
			"a drain of nodes may take all of its Pods at once: no PodDisruptionBudget selects them"
	case scaler != nil:
		return "spec.replicas", fmt.Sprintf("it may have a single Pod: minReplicas of HorizontalPodAutoscaler %s/%s is %d",
			scaler.Namespace, scaler.Name, least)
	}
	return "spec.replicas", "it has a single Pod, and no autoscaler adds any"
}

var nouns = map[mesh.Component]string{mesh.Istiod: "istiod", mesh.GatewayPods: "gateway", mesh.WaypointPods: "waypoint"}

// budgeted tells whether a PodDisruptionBudget selects the Pods, or may do so.
func budgeted(p *analysis.Pass, t *mesh.Template) bool {
	for range mesh.Budgets(p, t) {
		return true
	}
	return false
}
