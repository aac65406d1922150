// Package duplicatehost flags hosts whose routes for sidecars stand in several
// VirtualServices.
package duplicatehost

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags hosts with routes in several VirtualServices.
var Analyzer = &analysis.Analyzer{
	Name:     "duplicatehost",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Several VirtualServices have routes for one host, and sidecars use only one of them",
	Why: "Unlike gateways, sidecars do not merge VirtualServices: they take all http routes of a host from the oldest, " +
		"and what the others say has no effect.",
	Fix: "Move the routes into one VirtualService, by delegates where several teams own them, or export each to other " +
		"namespaces by exportTo.",
	Equivalents: []string{"IST0109"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() || !mesh.ForMesh(vs) {
		return
	}
	seen := map[string]bool{}
	for i, host := range vs.Spec.GetHosts() {
		fqdn := kinds.ResolveHost(host, vs.Namespace)
		if seen[fqdn] {
			continue // a host may be written short and in full
		}
		seen[fqdn] = true
		if rivals := mesh.Rivals(p, vs, fqdn); rivals.Count > 0 {
			report(p, vs, i, fqdn, rivals)
		}
	}
}

func report(p *analysis.Pass, vs *kinds.VirtualService, i int, fqdn string, rivals mesh.Rivalry) {
	oldest := rivals.Oldest
	effect := "sidecars use only the older one's http routes"
	switch {
	case oldest.Created.Equal(vs.Created): // as in files
	case oldest.OlderThan(&vs.Meta):
		effect = "that one is older, so sidecars ignore the http routes here"
	default:
		effect = "that one is younger, so sidecars ignore its http routes"
	}
	p.Report(fmt.Sprintf("spec.hosts[%d]", i), "host %s has routes in %s, too: %s", fqdn, oldest.Ref, effect).
		Key(fqdn).Relate(oldest.Ref).Relate(rivals.First...).Of(rivals.Count)
}
