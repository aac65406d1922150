// Package wildcardhost flags public gateways that serve any host.
package wildcardhost

import (
	"fmt"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags public gateways that serve any host.
var Analyzer = &analysis.Analyzer{
	Name:     "wildcardhost",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A public gateway serves any host",
	Why:      "Every VirtualService that names the Gateway can open a host of its own to strangers, and requests for names that are not yours are answered, too.",
	Fix:      "List the hosts that the gateway is for, with the namespaces that may use them (namespace/host.example.com).",
	Subject:  kinds.Gateways.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	g := kinds.Gateways.Of(p.Subject())
	if !g.Deleted.IsZero() {
		return
	}
	for i, s := range g.Spec.GetServers() {
		if !asksForHosts(s) {
			continue
		}
		for j, host := range s.GetHosts() {
			if host != "*" && host != "*/*" {
				continue
			}
			open, by := mesh.PublicServer(p, g, s, mesh.NewScope(nil, g.Namespace))
			if open == mesh.No {
				break
			}
			e := mesh.Entrance{Gateway: g, Server: s, Open: open, By: by}
			p.Report(fmt.Sprintf("spec.servers[%d].hosts[%d]", i, j), "host %s stands for any name on %s", host, e.Describe()).
				Relate(e.Refs()[1:]...).Key(e.Port()).Sensitively(mesh.SensitiveGateway(p, g))
		}
	}
}

// asksForHosts tells whether the hosts of a server mean anything: not for plain
// TCP, nor where every request is sent on to https, nor between clusters.
func asksForHosts(s *networking.Server) bool {
	e := mesh.Entrance{Server: s}
	kind := e.RouteKind()
	return kind != "" && (kind != "tcp" || s.GetTls() != nil) && !s.GetTls().GetHttpsRedirect()
}
