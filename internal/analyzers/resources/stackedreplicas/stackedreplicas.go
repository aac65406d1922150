// Package stackedreplicas flags gateways and istiods whose Pods all run on one
// node.
package stackedreplicas

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags gateways, waypoints and istiods whose Pods all run on one node,
// although another could take some of them.
var Analyzer = &analysis.Analyzer{
	Name:     "stackedreplicas",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "All Pods of a gateway or istiod run on one node",
	Why:      "When the node fails they are all gone at once, so that several replicas help no more than one.",
	Fix:      "Add topologySpreadConstraints over kubernetes.io/hostname to the Pod template, and restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

var parts = []mesh.Component{mesh.Istiod, mesh.GatewayPods, mesh.WaypointPods}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) || w.Ref.Kind == kinds.DaemonSets.Name {
		return
	}
	t := mesh.OfWorkload(w)
	if !slices.Contains(parts, t.Component()) || w.Spec().NodeAffinity {
		return
	}
	node := only(p, w)
	if node == "" || !mesh.OtherNode(p, node, w.Spec().NodeSelector) {
		return
	}
	p.Report(mesh.PodField(w.Ref.Kind, "spec"), "all of its Pods run on node %s, and other nodes could take some", node).
		Relate(kinds.Nodes.Ref("", node)).
		FixBy("Add topologySpreadConstraints over kubernetes.io/hostname to the Pod template. %s", mesh.Restart(w.Ref))
}

// only is the node on which all live Pods run, two at least, ready and past the
// grace period; "" if there is none.
func only(p *analysis.Pass, w *kinds.Workload) string {
	node, n := "", 0
	for pod := range w.Pods(p) {
		if !pod.Ready || !mesh.Settled(p, pod) || n > 0 && pod.NodeName != node {
			return ""
		}
		node, n = pod.NodeName, n+1
	}
	if n < 2 {
		return ""
	}
	return node
}
