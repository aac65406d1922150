// Package unknownsubset flags routes to subsets that no DestinationRule in use
// declares.
package unknownsubset

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags routes to subsets that no DestinationRule in use declares.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownsubset",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A route sends traffic to a subset that no DestinationRule declares",
	Why:      "Envoy gets no cluster for the subset, and every request that takes the route fails with 503.",
	Fix: "Declare the subset in the DestinationRule of the host, or correct its name; " +
		"`kubectl get destinationrules -A` lists the rules and their hosts.",
	Equivalents: []string{"IST0101", "KIA1107"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() || mesh.ClientScope(vs).Empty() {
		return
	}
	for d := range mesh.Destinations(vs) {
		if d.GetSubset() == "" || kinds.IsWildcard(d.FQDN) {
			continue
		}
		host := mesh.LookUp(p, d.FQDN)
		if !host.Exists() {
			continue // routing/unknownhost says so
		}
		if s := mesh.FindSubset(p, vs, &d, host.Namespaces()); !s.Found {
			report(p, &d, s.Declared)
		}
	}
}

func report(p *analysis.Pass, d *mesh.Destination, declared mesh.Rules) {
	field := d.Field + ".subset"
	var f *analysis.Finding
	if len(declared) == 0 {
		f = p.Report(field, "subset %q: no DestinationRule for %s declares it", d.GetSubset(), d.FQDN)
	} else {
		f = p.Report(field, "subset %q is declared by %s, which no client of this route uses: another rule comes first, "+
			"or it lies in a namespace where none of them looks", d.GetSubset(), declared.Refs()[0]).
			FixBy("Declare the subset in the most specific DestinationRule for the host, in the namespace of the host or " +
				"of the clients, and export it to them.").
			Relate(declared.Refs()...)
	}
	switch {
	case d.Idle:
		f.At(analysis.Low)
	case d.Mirror:
		f.At(analysis.Medium)
	}
}
