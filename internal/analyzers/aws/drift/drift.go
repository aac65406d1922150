// Package drift flags objects of App Mesh that differ from what AWS has.
package drift

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags objects of App Mesh that differ from what AWS has.
var Analyzer = &analysis.Analyzer{
	Name:     "drift",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh object differs from what AWS has under its name",
	Why:      "Proxies follow AWS and not the cluster: somebody changed the resource by hand or from another cluster. The controller writes its own version over it, without a word, within ten hours, or when the object next changes.",
	Fix:      "If the change in AWS was meant, make it in the object as well. If not, make the controller write now by restarting it: kubectl rollout restart deployment appmesh-controller -n appmesh-system. If it comes back, look for a second cluster that writes the same mesh.",
	Subject:  kinds.Meshes.Name,
	Also:     mesh.MembersInAWS,
	Run:      run,
}

// most is how many fields of one object are told.
const most = 10

func run(p *analysis.Pass) {
	t, ok := mesh.TwinOf(p.Subject())
	if !ok || !t.Current {
		return
	}
	for i, d := range t.Drift(p) {
		if i == most {
			p.Report("spec", "more fields than those differ from what AWS has")
			return
		}
		p.Report(d.Field, "%s", message(d))
	}
}

func message(d mesh.AWSDifference) string {
	switch {
	case d.Secret:
		return "differs from what AWS has"
	case d.There == "":
		return "is " + d.Here + " here, and AWS has nothing of it"
	case d.Here == "":
		return "is not here, and AWS has " + d.There
	}
	return "is " + d.Here + " here, and " + d.There + " in AWS"
}
