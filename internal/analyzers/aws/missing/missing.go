// Package missing flags objects of App Mesh that AWS has lost.
package missing

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags objects of App Mesh that AWS has lost.
var Analyzer = &analysis.Analyzer{
	Name:     "missing",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "AWS does not have an App Mesh object that the cluster believes to be active",
	Why:      "The object's status still says active, so that nothing in the cluster shows it, and the controller looks only every ten hours: until then proxies that start get no configuration for it, and those that run lose it.",
	Fix:      "Make the controller look now by restarting it: kubectl rollout restart deployment appmesh-controller -n appmesh-system. If AWS no longer takes App Mesh, move the workload to another mesh.",
	Subject:  kinds.Meshes.Name,
	Also:     mesh.MembersInAWS,
	Run:      run,
}

func run(p *analysis.Pass) {
	t, ok := mesh.TwinOf(p.Subject())
	if !ok || !t.Current {
		return
	}
	if t.Missing(p) {
		p.Report("", "AWS has no %s %q any more (%s), and the status says that it is active", t.Type, t.Name, t.ARN)
		return
	}
	for _, i := range t.MissingRoutes(p) {
		p.Report(fmt.Sprintf("spec.routes[%d].name", i),
			"AWS has no route %q any more in the virtual router %q, and the status says that all is active",
			t.RouteName(i), t.Name).Key(t.RouteName(i))
	}
}
