// Package danglingroute flags App Mesh VirtualRouters that refer to nothing.
package danglingroute

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh VirtualRouters that refer to nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "danglingroute",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh VirtualRouter refers to a Mesh or VirtualNode that does not exist",
	Why:      "The controller looks every reference up before it writes anything to AWS, so it fails and tries again for ever, and AWS keeps what it had before, or nothing. One dangling target, even of weight 0, holds up all routes of the router.",
	Fix:      "Correct the target, remove it from the route, or create the VirtualNode; an object that belongs to a deleted Mesh must be deleted and created again.",
	Subject:  kinds.AppMeshVirtualRouters.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vr := kinds.AppMeshVirtualRouters.Of(p.Subject())
	if !vr.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.RouterLinks(p, vr) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
