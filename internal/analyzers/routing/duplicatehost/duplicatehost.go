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
		if rivals := mesh.Rivals(p, vs, fqdn); len(rivals) > 0 {
			report(p, vs, i, fqdn, rivals)
		}
	}
}

func report(p *analysis.Pass, vs *kinds.VirtualService, i int, fqdn string, rivals []*kinds.VirtualService) {
	oldest := rivals[0]
	for _, r := range rivals {
		if mesh.Older(&r.Meta, &oldest.Meta) {
			oldest = r
		}
	}
	effect := "sidecars use only the older one's http routes"
	switch {
	case oldest.Created.Equal(vs.Created): // as in files
	case mesh.Older(&oldest.Meta, &vs.Meta):
		effect = "that one is older, so sidecars ignore the http routes here"
	default:
		effect = "that one is younger, so sidecars ignore its http routes"
	}
	name := kinds.VirtualServices.Ref(oldest.Namespace, oldest.Name)
	f := p.Report(fmt.Sprintf("spec.hosts[%d]", i), "host %s has routes in %s, too: %s", fqdn, name, effect).
		Key(fqdn).Relate(name)
	for _, r := range rivals {
		f.Relate(kinds.VirtualServices.Ref(r.Namespace, r.Name))
	}
	f.Of(len(rivals))
}
