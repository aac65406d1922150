// Package unreadynode flags nodes with Pods in ambient mode and without a ready
// ztunnel or CNI agent.
package unreadynode

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags nodes with Pods in ambient mode and without a ready ztunnel or
// CNI agent.
var Analyzer = &analysis.Analyzer{
	Name:     "unreadynode",
	Severity: analysis.Critical,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Pods in ambient mode run on a node without a ready ztunnel or CNI agent",
	Why:      "Whatever Pods in ambient mode send and get goes through the ztunnel of their node; without the CNI agent, new Pods there do not start, or start outside of the mesh.",
	Fix:      "Find out why the DaemonSet's Pod on the node is not ready: it may be missing for want of room, by a taint or a node selector, or not start.",
	Subject:  kinds.Nodes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	n := kinds.Nodes.Of(p.Subject())
	for _, gap := range mesh.AgentGaps(p, n.Name) {
		effect, severity := "through it goes all traffic of the Pods in ambient mode there", analysis.Critical
		if gap.Component == mesh.CNINode {
			effect, severity = "it takes new Pods there into ambient mode", analysis.High
		}
		d, workloads := gap.DaemonSet, gap.Workloads(p)
		p.Report("", "DaemonSet %s/%s has no ready Pod on the node, and %s", d.Namespace, d.Name, effect).
			Key(string(gap.Component)).At(severity).
			Relate(d).Relate(workloads...).Of(1+len(workloads)).
			FixBy("See why: kubectl describe ds/%s -n %s; kubectl get pods -n %s -o wide --field-selector spec.nodeName=%s.",
				d.Name, d.Namespace, d.Namespace, n.Name)
	}
}
