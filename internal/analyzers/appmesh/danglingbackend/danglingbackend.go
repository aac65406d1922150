// Package danglingbackend flags App Mesh VirtualNodes that refer to nothing.
package danglingbackend

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags App Mesh VirtualNodes that refer to nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "danglingbackend",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh VirtualNode refers to a Mesh or backend that does not exist",
	Why:      "The controller looks every reference up before it writes anything to AWS, so it fails and tries again for ever, and AWS keeps what it had before, or nothing. Later changes of the node's listeners or backends reach no proxy.",
	Fix:      "Correct the backend, remove it, or create the VirtualService or BackendGroup; an object that belongs to a deleted Mesh must be deleted and created again.",
	Subject:  kinds.AppMeshVirtualNodes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vn := kinds.AppMeshVirtualNodes.Of(p.Subject())
	if !vn.Deleted.IsZero() {
		return
	}
	for _, l := range mesh.NodeLinks(p, vn) {
		if problem := l.Problem(); problem != "" {
			p.Report(l.Field, "%s", problem).Key(l.Target.String())
		}
	}
}
