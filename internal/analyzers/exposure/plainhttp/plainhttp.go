// Package plainhttp flags public gateways that serve HTTP without encryption.
package plainhttp

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags public gateways that serve HTTP without encryption.
var Analyzer = &analysis.Analyzer{
	Name:     "plainhttp",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A public gateway serves plain HTTP and does not redirect to HTTPS",
	Why:      "Anyone on the way can read and change requests and answers, cookies and passwords among them.",
	Fix:      "Set tls.httpsRedirect: true on the server, and serve its hosts by one of protocol HTTPS.",
	Subject:  kinds.Gateways.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	g := kinds.Gateways.Of(p.Subject())
	if !g.Deleted.IsZero() {
		return
	}
	for i, s := range g.Spec.GetServers() {
		if !mesh.PlainHTTP(s) || s.GetTls().GetHttpsRedirect() {
			continue
		}
		open, by := mesh.PublicServer(p, g, s, mesh.NewScope(nil, g.Namespace))
		if open == mesh.No || encrypted(p, by.Namespace, by.Name) || mesh.OnlyChallenges(p, g, s) {
			continue
		}
		e := mesh.Entrance{Gateway: g, Server: s, Open: open, By: by}
		p.Report(fmt.Sprintf("spec.servers[%d].port.protocol", i),
			"%s serves %s in plain HTTP and does not redirect to HTTPS",
			e.Describe(), mesh.List(s.GetHosts())).
			Relate(e.Refs()[1:]...).Key(e.Port()).Sensitively(mesh.SensitiveGateway(p, g))
	}
}

// encrypted tells whether the load balancer of the gateway's Service ends TLS,
// so that what it sends on in the clear came encrypted.
func encrypted(p *analysis.Pass, namespace, name string) bool {
	if name == "" {
		return false
	}
	s := kinds.Services.Get(p, namespace, name)
	return s != nil && mesh.EndsTLS(s)
}
