// Package ineffectivesidecar flags Sidecars for workloads without sidecar.
package ineffectivesidecar

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Sidecars for workloads in ambient mode alone. A default of the
// whole mesh is for other namespaces, too.
var Analyzer = &analysis.Analyzer{
	Name:     "ineffectivesidecar",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Sidecar object is for workloads in ambient mode, which have no sidecar",
	Why: "Neither ztunnel nor a waypoint reads Sidecar objects: what it narrows, or keeps from leaving the mesh, is not " +
		"narrowed and may leave.",
	Fix: "Delete it (`kubectl delete sidecars.networking.istio.io NAME -n NAMESPACE`), and say by exportTo, AuthorizationPolicies " +
		"or an egress waypoint what it was for.",
	Equivalents: []string{"IST0167"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() {
		return
	}
	workload, idle := mesh.SidecarIdle(p, s)
	if !idle || s.Spec.GetWorkloadSelector() == nil && s.Namespace == mesh.RootNamespace(p) {
		return
	}
	field := "metadata.name"
	if len(mesh.SidecarLabels(s)) > 0 {
		field = "spec.workloadSelector.labels"
	}
	p.Report(field, "none of the workloads that it is for has a sidecar: %s, for one, is in ambient mode", workload).
		Relate(workload).
		FixBy("Delete it (kubectl delete sidecars.networking.istio.io %s -n %s), and say by exportTo, AuthorizationPolicies "+
			"or an egress waypoint what it was for.", s.Name, s.Namespace)
}
