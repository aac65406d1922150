// Package danglingprovider flags App Mesh VirtualServices that refer to nothing.
package danglingprovider

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh VirtualServices that refer to nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "danglingprovider",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh VirtualService refers to a Mesh, node or router that does not exist",
	Why:      "The controller looks every reference up before it writes anything to AWS, so it fails and tries again for ever, and AWS keeps what it had before, or nothing. Clients that call the service get no endpoint.",
	Fix:      "Correct the name or the namespace, or create the VirtualNode or VirtualRouter; an object that belongs to a deleted Mesh must be deleted and created again.",
	Subject:  kinds.AppMeshVirtualServices.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vs := kinds.AppMeshVirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.ServiceLinks(p, vs) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
