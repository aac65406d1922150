// Package sensitiveport flags routes that open a sensitive port to strangers.
package sensitiveport

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags routes that open a sensitive port to strangers.
var Analyzer = &analysis.Analyzer{
	Name:     "sensitiveport",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A public gateway leads to the port of a database or another sensitive service",
	Why:      "Anyone who reaches the gateway may try passwords and exploits on a service that was made for trusted clients.",
	Fix:      "Take the route off the public gateway, demand client certificates there (tls.mode MUTUAL), or let only known callers in by an AuthorizationPolicy. Which ports are sensitive is a setting of the policy.",
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
		s, number := target(p, &d)
		port, key := sensitive(p, s, number), fmt.Sprintf("%s:%d", d.FQDN, number)
		if port == 0 || seen[key] {
			continue
		}
		seen[key] = true
		field := d.Field + ".host"
		if d.GetPort() != nil {
			field = d.Field + ".port.number"
		}
		f := p.Report(field, "port %d of %s counts as sensitive, and strangers %s it by %s",
			port, d.FQDN, reach(e.Open), e.Describe()).Relate(e.Refs()...).Key(key)
		if s != nil {
			f.Relate(kinds.Services.Ref(s.Namespace, s.Name))
		}
		if e.Open == mesh.Yes && s != nil && !mesh.GuardedGateway(p, e.Gateway) && !mesh.GuardedService(p, s) {
			f.At(analysis.Critical)
		}
	}
}

func reach(open mesh.Answer) string {
	if open == mesh.Yes {
		return "reach"
	}
	return "may reach"
}

// target finds the Service, if it is one, and the port of a destination: that
// which it names, or the only one that there is.
func target(p *analysis.Pass, d *mesh.Destination) (*kinds.Service, uint32) {
	registered := mesh.LookUp(p, d.FQDN)
	number := d.GetPort().GetNumber()
	if ports := registered.Ports(); number == 0 && len(ports) == 1 {
		number = ports[0]
	}
	return registered.Service, number
}

// sensitive is the port at fault, that of the destination or that of the Pods
// behind it; 0 if neither is sensitive.
func sensitive(p *analysis.Pass, s *kinds.Service, number uint32) int32 {
	port := int32(number) //nolint:gosec // a port number
	switch {
	case port == 0:
		return 0
	case mesh.SensitivePort(p, port):
		return port
	case s == nil || s.Port(port) == nil:
		return 0
	}
	if behind, known := mesh.TargetPort(s.Port(port), &kinds.PodSpec{}); known && mesh.SensitivePort(p, behind) {
		return behind
	}
	return 0
}
