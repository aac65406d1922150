// Package rootselector flags PeerAuthentications that count for nobody.
package rootselector

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags PeerAuthentications with a selector in the root namespace.
// That istiod drops them is observed of ComposePeerAuthentication up to 1.31.
var Analyzer = &analysis.Analyzer{
	Name:     "rootselector",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A PeerAuthentication with a selector in the root namespace has no effect",
	Why: "Istio takes policies of the root namespace for the whole mesh and drops those that select workloads, so neither " +
		"those of the root namespace nor those of any other get the mode that the policy demands.",
	Fix: "Move the policy into the namespace of the workloads that it is for, one copy for each namespace, " +
		"or take the selector out if the mode is for the whole mesh.",
	Subject: kinds.PeerAuthentications.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	a := kinds.PeerAuthentications.Of(p.Subject())
	if !a.Deleted.IsZero() || !mesh.Selective(a) || a.Namespace != mesh.RootNamespace(p) {
		return
	}
	p.Report("spec.selector.matchLabels",
		"%s is the root namespace, where a PeerAuthentication that selects workloads counts for none", a.Namespace)
}
