// Package danglinggroup flags App Mesh BackendGroups that refer to nothing.
package danglinggroup

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh BackendGroups that refer to nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "danglinggroup",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh BackendGroup refers to a Mesh or VirtualService that does not exist",
	Why:      "The controller adds the members of a group to the backends of each VirtualNode that names it, and fails for all of these nodes while one member cannot be found.",
	Fix:      "Correct the member, remove it from the group, or create the VirtualService.",
	Subject:  kinds.AppMeshBackendGroups.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	bg := kinds.AppMeshBackendGroups.Of(p.Subject())
	if !bg.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.GroupLinks(p, bg) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
