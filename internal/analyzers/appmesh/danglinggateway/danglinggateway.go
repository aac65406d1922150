// Package danglinggateway flags App Mesh VirtualGateways whose Mesh is gone.
package danglinggateway

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh VirtualGateways whose Mesh is gone.
var Analyzer = &analysis.Analyzer{
	Name:     "danglinggateway",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh VirtualGateway refers to a Mesh that does not exist",
	Why:      "The controller cannot bring the gateway to AWS, nor can it delete it there, so that the object cannot be removed without editing its finalizers.",
	Fix:      "Create the Mesh again if the gateway is needed and make the gateway anew; else remove the finalizers below finalizers.appmesh.k8s.aws from the VirtualGateway and delete it.",
	Subject:  kinds.AppMeshVirtualGateways.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vg := kinds.AppMeshVirtualGateways.Of(p.Subject())
	if !vg.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.GatewayLinks(p, vg) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
