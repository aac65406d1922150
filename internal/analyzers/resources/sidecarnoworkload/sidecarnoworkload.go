// Package sidecarnoworkload flags Sidecars that choose nothing.
package sidecarnoworkload

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Sidecars whose selector chooses no workload.
var Analyzer = &analysis.Analyzer{
	Name:     "sidecarnoworkload",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Sidecar object selects no workload",
	Why: "It has no effect: the sidecars that it was for get the whole mesh, or what the default of their namespace says, " +
		"and may call what it was to forbid.",
	Fix:         "Write labels of the Pods (`kubectl get pods -n NAMESPACE --show-labels`), or delete the Sidecar if the workload is gone.",
	Equivalents: []string{"IST0101", "KIA0004"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	selector := mesh.SidecarLabels(s)
	if !s.Deleted.IsZero() || len(selector) == 0 || mesh.SelectsTarget(p, s.Namespace, selector) {
		return
	}
	elsewhere := mesh.SelectsTarget(p, "", selector)
	if elsewhere && mesh.RootNamespace(p) == s.Namespace || mesh.RemoteClusters(p) {
		return // of the root namespace, resources/rootsidecar says more
	}
	more := ""
	if elsewhere {
		more = ", only of others, for which the Sidecar is not"
	}
	p.Report("spec.workloadSelector.labels", "no workload of namespace %s has the labels %s%s",
		s.Namespace, mesh.LabelText(selector), more)
}
