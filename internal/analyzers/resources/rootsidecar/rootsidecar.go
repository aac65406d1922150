// Package rootsidecar flags Sidecars with a selector in the root namespace.
package rootsidecar

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Sidecars of the root namespace with a workloadSelector. Where
// one is for workloads of that namespace, it may be meant so.
var Analyzer = &analysis.Analyzer{
	Name:     "rootsidecar",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Sidecar object of the root namespace has a selector and is no default of the mesh",
	Why: "istiod takes as default of the mesh the oldest Sidecar of the root namespace without workloadSelector; one with a " +
		"selector is for workloads of that namespace alone, and those of others get the whole mesh.",
	Fix:         "Take spec.workloadSelector away for a default of the mesh, or move the Sidecar into the namespace of the workloads that it is for.",
	Equivalents: []string{"KIA1006"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() || s.Spec.GetWorkloadSelector() == nil || s.Namespace != mesh.RootNamespace(p) {
		return
	}
	const field = "spec.workloadSelector"
	const what = "a Sidecar with workloadSelector in the root namespace %s is for workloads of that namespace alone"
	if mesh.SidecarServes(p, s) {
		p.Report(field, what+", and for no other of the mesh", s.Namespace).At(analysis.Info)
		return
	}
	p.Report(field, what+", and it selects none there that has a sidecar", s.Namespace)
}
