// Package duplicatesidecar flags Sidecars of which only one counts.
package duplicatesidecar

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags a Sidecar beside which its namespace has another for the same
// workloads: both for all of them, or both with selectors that meet in one.
var Analyzer = &analysis.Analyzer{
	Name:     "duplicatesidecar",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Several Sidecar objects are for the same workloads, and only one counts",
	Why: "istiod merges no Sidecars: a workload gets the oldest that selects it, or else the oldest for its namespace, so that " +
		"what the others import, or forbid, never happens.",
	Fix: "Write everything into one Sidecar and delete the others, or let their selectors choose different workloads; " +
		"`kubectl get sidecars.networking.istio.io -n NAMESPACE --sort-by .metadata.creationTimestamp` sorts by age.",
	Equivalents: []string{"IST0110", "IST0111", "KIA0002", "KIA0003", "TIS0001", "TIS0002"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() {
		return
	}
	rival, workload, counts := mesh.SidecarRival(p, s)
	if rival.Ref.Name == "" || elsewhere(p, s) {
		return
	}
	field, both := "metadata.name", "all workloads of namespace "+s.Namespace
	if workload.Name != "" {
		field, both = "spec.workloadSelector.labels", workload.String()
	}
	f := p.Report(field, "it is for %s, and so is %s: %s", both, rival.Ref, verdict(counts)).
		Key(rival.Ref.Name).Relate(rival.Ref).
		FixBy("Write everything into one of the two and delete the other, or let their selectors choose different "+
			"workloads: kubectl get sidecars.networking.istio.io -n %s --sort-by .metadata.creationTimestamp shows "+
			"which is older.", s.Namespace)
	if workload.Name != "" {
		f.Relate(workload)
	}
}

// elsewhere tells whether another check says more: of a Sidecar that has no
// effect at all, or one with a selector in the root namespace.
func elsewhere(p *analysis.Pass, s *kinds.Sidecar) bool {
	if _, idle := mesh.SidecarIdle(p, s); idle {
		return true
	}
	return s.Spec.GetWorkloadSelector() != nil && s.Namespace == mesh.RootNamespace(p)
}

func verdict(counts mesh.Answer) string {
	switch counts {
	case mesh.Yes:
		return "this one counts alone"
	case mesh.No:
		return "that one counts alone"
	case mesh.Maybe:
	}
	return "the older one counts alone"
}
