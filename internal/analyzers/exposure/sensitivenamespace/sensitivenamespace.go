// Package sensitivenamespace flags routes that lead strangers to sensitive
// workloads.
package sensitivenamespace

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags routes that lead strangers to sensitive workloads.
var Analyzer = &analysis.Analyzer{
	Name:     "sensitivenamespace",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A public gateway leads to a sensitive workload, and no policy guards the way",
	Why:      "What the policy calls sensitive answers anyone who reaches the gateway.",
	Fix:      "Take the route off the public gateway, or let only known callers in by an AuthorizationPolicy for the gateway or the workload.",
	Subject:  kinds.VirtualServices.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() {
		return
	}
	seen := map[string]bool{}
	for d, e := range mesh.PublicDestinations(p, vs) {
		s := mesh.LookUp(p, d.FQDN).Service
		if s == nil || seen[d.FQDN] {
			continue
		}
		seen[d.FQDN] = true
		why := mesh.SensitiveService(p, s)
		if why == "" || mesh.GuardedGateway(p, e.Gateway) || mesh.GuardedService(p, s) {
			continue
		}
		verb := "reach"
		if e.Open != mesh.Yes {
			verb = "may reach"
		}
		p.Report(d.Field+".host",
			"%s counts as sensitive, and strangers %s Service %s/%s by %s without meeting an AuthorizationPolicy",
			why, verb, s.Namespace, s.Name, e.Describe()).
			Relate(e.Refs()...).Relate(kinds.Services.Ref(s.Namespace, s.Name)).Key(d.FQDN)
	}
}
