// Package missinggateway flags VirtualServices that name Gateways which do not
// exist.
package missinggateway

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags VirtualServices that name Gateways which do not exist.
var Analyzer = &analysis.Analyzer{
	Name:        "missinggateway",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A VirtualService names a Gateway that does not exist",
	Why:         "The routes are in force nowhere for that gateway: requests from outside get 404, or reach another VirtualService.",
	Fix:         "Correct the name, with its namespace where that is another (namespace/name), or create the Gateway.",
	Equivalents: []string{"IST0101", "KIA1102"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() {
		return
	}
	for field, name := range mesh.GatewayNames(vs) {
		if name == kinds.MeshGateway || strings.Contains(name, mesh.GeneratedGateway) || exists(p, name, vs.Namespace) {
			continue
		}
		if mesh.RemoteClusters(p) {
			return
		}
		full := kinds.ResolveGateway(name, vs.Namespace)
		f := p.Report(field, "Gateway %s does not exist", full).Key(full)
		if root := kinds.MeshSettings(p).RootNamespace; isIn(p, root, name) {
			f.FixBy("Write %s/%s: a name without namespace means a Gateway in %s.", root, name, vs.Namespace)
		}
	}
}

// exists: a Gateway of the Gateway API counts, too, since a VirtualService was
// reported to work with one (istio/istio#60708).
func exists(p *analysis.Pass, name, namespace string) bool {
	if mesh.GatewayNamed(p, name, namespace) != nil {
		return true
	}
	ns, short, _ := strings.Cut(kinds.ResolveGateway(name, namespace), "/")
	return kinds.KubeGateways.Get(p, ns, short) != nil
}

// isIn tells whether a short name is that of a Gateway in the root namespace,
// for which such names are often meant.
func isIn(p *analysis.Pass, root, name string) bool {
	return !strings.ContainsAny(name, "./") && kinds.Gateways.Get(p, root, name) != nil
}
