// Package unknownport flags routes to a port that the destination does not have.
package unknownport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags routes to a port that the destination does not have.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownport",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A route sends traffic to a port that its destination does not have",
	Why:      "Envoy has a cluster for each port of a host and none for this one, and every request that takes the route fails with 503.",
	Fix: "Name a port of the Service or ServiceEntry itself, not a port of its Pods, or leave the port out " +
		"where the destination has only one.",
	Equivalents: []string{"IST0101"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() || mesh.ClientScope(vs).Empty() {
		return
	}
	for d := range mesh.Destinations(vs) {
		number := d.GetPort().GetNumber()
		if number == 0 {
			continue
		}
		found := mesh.LookUp(p, d.FQDN)
		ports := found.Ports()
		if len(ports) == 0 || slices.Contains(ports, number) || mesh.RemoteClusters(p) {
			continue
		}
		f := p.Report(d.Field+".port.number", "host %q has no port %d, only %s%s",
			d.GetHost(), number, list(ports), targeted(found, number)).Relate(found.Refs()...)
		switch {
		case d.Idle:
			f.At(analysis.Low)
		case d.Mirror:
			f.At(analysis.Medium)
		}
	}
}

func list(ports []uint32) string {
	text := make([]string, len(ports))
	for i, n := range ports {
		text[i] = fmt.Sprint(n)
	}
	return strings.Join(text, ", ")
}

// targeted explains a usual mix-up: the number is that of the Pods' port.
func targeted(found mesh.Registration, number uint32) string {
	if found.Service == nil {
		return ""
	}
	for _, port := range found.Service.Ports {
		if uint32(port.TargetPort.IntValue()) == number { //nolint:gosec // a port
			return fmt.Sprintf(" (%d is the targetPort of %d)", number, port.Number)
		}
	}
	return ""
}
