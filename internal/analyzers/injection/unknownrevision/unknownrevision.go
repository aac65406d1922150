// Package unknownrevision flags namespaces that name a control plane which is
// not installed.
package unknownrevision

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces that name a control plane which is not installed.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownrevision",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A namespace names a revision of Istio that is not installed",
	Why:      "No control plane serves the namespace: its new Pods get no sidecar, and its gateways and waypoints are not deployed.",
	Fix:      "Name an installed revision or tag in istio.io/rev (istioctl tag list), then restart the workloads.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	rev := ns.Labels[kinds.RevisionLabel]
	if _, decided := ns.Labels[mesh.InjectionLabel]; rev == "" || decided || ns.Terminating {
		return
	}
	injectors := mesh.Injectors(p)
	if len(injectors) == 0 || mesh.ServesNamespace(injectors, ns) != mesh.No {
		return
	}
	known := mesh.Revisions(p, injectors)
	if slices.Contains(known, rev) {
		return
	}
	f := p.Report(mesh.LabelField(kinds.RevisionLabel),
		"istio.io/rev=%s names neither a revision nor a tag: installed are %s", rev, mesh.List(known))
	if nearest := mesh.Nearest(rev, known); nearest != "" {
		f.FixBy("Name an installed revision or tag, of which %s is the nearest (kubectl label namespace %s istio.io/rev=%s "+
			"--overwrite), then restart the workloads.", nearest, ns.Name, nearest)
	}
}
