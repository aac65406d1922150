// Package danglinggatewayroute flags App Mesh GatewayRoutes that refer to nothing.
package danglinggatewayroute

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh GatewayRoutes that refer to nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "danglinggatewayroute",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh GatewayRoute refers to a Mesh, gateway or service that does not exist",
	Why:      "The controller looks every reference up before it writes anything to AWS, so it fails and tries again for ever, and AWS keeps what it had before, or nothing. Requests for a new route end at the gateway with 404.",
	Fix:      "Correct the target or create the VirtualService; a route that belongs to a deleted Mesh or VirtualGateway must be deleted and created again.",
	Subject:  kinds.AppMeshGatewayRoutes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	gr := kinds.AppMeshGatewayRoutes.Of(p.Subject())
	if !gr.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.GatewayRouteLinks(p, gr) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
