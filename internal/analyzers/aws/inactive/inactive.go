// Package inactive flags objects of App Mesh whose twin in AWS is not active.
package inactive

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags objects of App Mesh whose twin in AWS is not active.
var Analyzer = &analysis.Analyzer{
	Name:     "inactive",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "AWS does not run an App Mesh object that the cluster believes to be active",
	Why:      "A resource that is inactive or deleted in AWS is sent to no proxy, while the object's status still tells what was true when the controller last looked.",
	Fix:      "Look why with aws appmesh describe-virtual-node (or the command of its type): mostly something that it needs is missing in AWS. One that is deleted is made again by a controller that starts: kubectl rollout restart deployment appmesh-controller -n appmesh-system.",
	Subject:  kinds.Meshes.Name,
	Also:     mesh.MembersInAWS,
	Run:      run,
}

func run(p *analysis.Pass) {
	t, ok := mesh.TwinOf(p.Subject())
	if !ok || !t.Current {
		return
	}
	if status := t.Inactive(p); status != "" {
		p.Report("", "AWS calls the %s %q %s, and the status says that it is active", t.Type, t.Name, status)
	}
}
