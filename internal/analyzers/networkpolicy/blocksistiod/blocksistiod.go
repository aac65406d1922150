// Package blocksistiod flags proxies that NetworkPolicies keep from istiod.
package blocksistiod

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads with a proxy that cannot reach any istiod of the
// cluster on port 15012, by their own NetworkPolicies for egress or by those of
// istiod for ingress. It says nothing where no istiod is known, or where a rule
// by address may allow it.
var Analyzer = &analysis.Analyzer{
	Name:     "blocksistiod",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "NetworkPolicies keep a proxy from istiod",
	Why:      "A proxy gets its configuration and its certificate from istiod on TCP 15012: without it a new Pod never becomes ready, and one that runs keeps an old configuration until its certificate expires and its calls fail.",
	Fix:      "Allow TCP 15012 to istiod's Pods (and DNS) in a NetworkPolicy for egress of the workload's namespace, and from there in those for ingress that select istiod. Policies of other kinds, such as Cilium's, are not read.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	proxy := mesh.OfWorkload(w)
	for pod := range w.Pods(p) {
		proxy = mesh.OfPod(pod)
		break
	}
	if proxy.Role() != mesh.GatewayProxy && mesh.Sidecars(p, &proxy) == mesh.No {
		return
	}
	istiod, barrier, cut := mesh.CutFromIstiod(p, &proxy)
	if !cut {
		return
	}
	where := "for egress of " + proxy.Ref.Namespace
	if !barrier.Egress() {
		where = "for ingress of " + istiod.Namespace
	}
	p.Report("", "no NetworkPolicy %s allows TCP %d to %s, and %s restricts it",
		where, mesh.IstiodPort, istiod, barrier.Policies[0]).
		Relate(barrier.Policies...).Of(len(barrier.Policies)).Relate(istiod)
}
