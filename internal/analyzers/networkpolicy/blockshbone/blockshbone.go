// Package blockshbone flags NetworkPolicies that forget ambient mode.
package blockshbone

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads in ambient mode whose NetworkPolicies let clients of
// the mesh through to a port of the application, and nothing through to the one
// by which these clients come. Policies that let nobody in are left alone.
var Analyzer = &analysis.Analyzer{
	Name:     "blockshbone",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "NetworkPolicies of an ambient workload do not allow HBONE",
	Why:      "In ambient mode the mesh carries every connection in a tunnel to TCP 15008 of the Pod, and a NetworkPolicy sees that port only: clients whom the policy means to admit are dropped.",
	Fix:      "Allow TCP 15008 from the same peers, and keep the application's port for clients outside of the mesh. What the clients may do in the tunnel is for an AuthorizationPolicy to say.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || !mesh.AmbientWorkload(p, w) {
		return
	}
	t := mesh.OfWorkload(w)
	for pod := range w.Pods(p) {
		t = mesh.OfPod(pod)
		break
	}
	policy := mesh.WithoutHBONE(p, &t)
	if policy == nil {
		return
	}
	ref := kinds.NetworkPolicies.Ref(policy.Namespace, policy.Name)
	p.Report("", "%s admits clients in ambient mode to a TCP port, and no policy that selects the Pods admits them to %d",
		ref, mesh.HBONEPort).Relate(ref)
}
