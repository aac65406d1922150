// Package unknownhost flags routes to hosts that nothing defines, or that none
// of those who take the route may see.
package unknownhost

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags routes to hosts that nothing defines.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownhost",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A route sends traffic to a host that does not exist",
	Why:      "Envoy gets no cluster for the destination, and every request that takes the route fails with 503.",
	Fix: "Correct the host, or define it by a Service or a ServiceEntry visible from this namespace; " +
		"`kubectl get services,serviceentries -A` lists what there is.",
	Equivalents: []string{"IST0101", "KIA1101"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	clients := mesh.ClientScope(vs)
	if !vs.Deleted.IsZero() || clients.Empty() {
		return
	}
	for d := range mesh.Destinations(vs) {
		switch found := mesh.LookUp(p, d.FQDN); {
		case found.Exists() && !found.VisibleTo(clients):
			report(p, &d, "host %q is exported to no namespace that this VirtualService is exported to (%s)",
				d.GetHost(), strings.Join(clients.Names(), ", ")).Relate(found.Refs()...).
				FixBy("Export the host to these namespaces, by exportTo of the ServiceEntry or by the annotation " +
					"networking.istio.io/exportTo of the Service, or take the route out.")
		case !found.Exists() && !mesh.RemoteClusters(p):
			missing(p, &d)
		}
	}
}

func missing(p *analysis.Pass, d *mesh.Destination) {
	f := report(p, d, "host %q is not defined: there is no Service or ServiceEntry %s", d.GetHost(), d.FQDN)
	if s := mesh.MeantService(p, d.GetHost()); s != nil {
		f.FixBy("Write %s: Istio does not complete a name with a dot.", s.Host()).
			Relate(kinds.Services.Ref(s.Namespace, s.Name))
	}
}

func report(p *analysis.Pass, d *mesh.Destination, format string, args ...any) *analysis.Finding {
	f := p.Report(d.Field+".host", format, args...)
	switch {
	case d.Idle:
		f.At(analysis.Low)
	case d.Mirror:
		f.At(analysis.Medium)
	}
	return f
}
