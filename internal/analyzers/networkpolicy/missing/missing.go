// Package missing flags namespaces in the mesh without any NetworkPolicy.
package missing

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces with workloads in the mesh and no NetworkPolicy.
var Analyzer = &analysis.Analyzer{
	Name:     "missing",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A namespace in the mesh has no NetworkPolicy",
	Why:      "The mesh decides about what passes its proxies, and a Pod that is compromised may go past its own: only the network keeps it from others, and others from it.",
	Fix:      "Add a NetworkPolicy that denies by default, and allow what the workloads need: for sidecars TCP 15012 to istiod and DNS, for ambient mode TCP 15008 between Pods.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	if ns.Terminating {
		return
	}
	for range kinds.NetworkPolicies.In(p, ns.Name) {
		return
	}
	if w, ok := mesh.Member(p, ns.Name); ok {
		p.Report("metadata.name", "its workloads, such as %s, are in the mesh, and no NetworkPolicy selects any of them", w).
			Sensitively(mesh.SensitiveNamespace(p, ns.Name)).Relate(w)
	}
}
