// Package noaccesslogs flags namespaces whose proxies write no access logs.
package noaccesslogs

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces with sidecars or gateways that log no requests.
// Where revisions differ, none may log. What ztunnel carries is not meant: it
// logs connections by itself.
var Analyzer = &analysis.Analyzer{
	Name:     "noaccesslogs",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "Proxies of a namespace write no access logs",
	Why:      "Without access logs nobody can tell afterwards who called what, nor why a request failed: Envoy's response flags are nowhere else.",
	Fix:      "Switch them on for the mesh, accessLogFile: /dev/stdout in the MeshConfig, or by a Telemetry with accessLogging: [{providers: [{name: envoy}]}] in the root namespace or in this one; a filter keeps the amount down.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	if ns.Terminating {
		return
	}
	s := mesh.SilentProxies(p, ns.Name)
	if s == nil {
		return
	}
	share := "some"
	if s.All {
		share = "all"
	}
	p.Report("metadata.name", "%s of its proxies, such as that of %s, write no access logs: %s", share, s.Proxy, s.Why).
		Sensitively(mesh.SensitiveNamespace(p, ns.Name)).Relate(s.Proxy, s.By)
}
