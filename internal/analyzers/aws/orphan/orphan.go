// Package orphan flags resources of App Mesh that nothing in the cluster stands for.
package orphan

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags resources in the meshes of a cluster that owns them alone, for which
// none of its objects stands.
var Analyzer = &analysis.Analyzer{
	Name:     "orphan",
	Severity: analysis.Low,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "AWS has App Mesh resources that no object of the cluster stands for",
	Why:      "The policy says that this cluster alone makes what is in its meshes, so this was left over when finalizers were removed by hand or the controller was gone. It counts against quotas, keeps other resources from being deleted, and routes may still lead to it.",
	Fix:      "Delete it in AWS when nothing uses it, gateway routes and routes first, then virtual gateways, services, routers and nodes: aws appmesh delete-virtual-node --mesh-name MESH --virtual-node-name NAME. If another cluster made it, set spec.appMesh.aws.exclusive to false in the policy.",
	Subject:  kinds.Meshes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	m := kinds.Meshes.Of(p.Subject())
	if !m.Deleted.IsZero() || m.Status.ARN == "" || !kinds.AppMeshSettings(p).Exclusive {
		return
	}
	for _, o := range mesh.AWSOrphans(p, m) {
		p.Report("", "AWS has the %s %q in this mesh (%s), and no object of the cluster stands for it",
			o.Type, o.Name, o.ARN).Key(o.ARN)
	}
}
