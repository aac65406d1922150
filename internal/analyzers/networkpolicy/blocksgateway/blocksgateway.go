// Package blocksgateway flags routes that NetworkPolicies cut.
package blocksgateway

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags VirtualServices with a route from a gateway to Pods that the
// gateway's Pods cannot connect to. It says nothing where a rule by address may
// allow it.
var Analyzer = &analysis.Analyzer{
	Name:     "blocksgateway",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "NetworkPolicies keep a gateway from the backend of its route",
	Why:      "The gateway's connections to the Pods are dropped: requests that take the route wait for the connect timeout and fail with 503.",
	Fix:      "Allow the gateway's namespace or Pods, on the port of the Pods (the Service's targetPort), in a NetworkPolicy that selects the backend, and in those for egress that select the gateway. Policies of other kinds, such as Cilium's, are not read.",
	Subject:  kinds.VirtualServices.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() || mesh.OnlyMesh(vs) {
		return
	}
	for b := range mesh.BlockedRoutes(p, vs) {
		where := "for ingress of " + b.To.Namespace
		if b.Barrier.Egress() {
			where = "for egress of " + b.From.Namespace
		}
		p.Report(b.Field+".host",
			"no NetworkPolicy %s lets %s, of Gateway %s/%s, connect to %s on TCP %d, and %s restricts it",
			where, b.From, b.Gateway.Namespace, b.Gateway.Name, b.To, b.Port, b.Barrier.Policies[0]).
			Key(b.FQDN, b.Gateway.Namespace, b.Gateway.Name).
			Relate(b.Barrier.Policies...).Of(len(b.Barrier.Policies))
	}
}
