// Package accountmismatch flags meshes of another account than the one that is read.
package accountmismatch

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags meshes of another account or region than the one that is read.
var Analyzer = &analysis.Analyzer{
	Name:     "accountmismatch",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "MeshAudit reads another AWS account or region than that of the mesh",
	Why:      "What is wrong with the mesh in AWS cannot be seen from there. If the App Mesh controller has the same credentials, it has lost the mesh: it makes another of the same name, or fails.",
	Fix:      "Give MeshAudit's ServiceAccount a role of the mesh's account, and set spec.appMesh.aws.region in the policy; or share the mesh with the account by AWS RAM and set spec.meshOwner of the Mesh.",
	Subject:  kinds.Meshes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	m := kinds.Meshes.Of(p.Subject())
	if !m.Deleted.IsZero() || m.Status.ARN == "" {
		return
	}
	caller := kinds.Caller(p)
	if caller == nil {
		return
	}
	account, region := mesh.ARNAccount(m.Status.ARN), mesh.ARNRegion(m.Status.ARN)
	switch {
	case differ(account, caller.Account) && m.Spec.MeshOwner != account && !readable(p, m):
		p.Report("", "the mesh is of account %s (%s), and MeshAudit reads account %s", account, m.Status.ARN, caller.Account)
	case differ(region, caller.Region):
		p.Report("", "the mesh is in region %s (%s), and MeshAudit reads region %s", region, m.Status.ARN, caller.Region)
	}
}

// readable tells whether the mesh is shared with who asks.
func readable(p *analysis.Pass, m *kinds.Mesh) bool {
	at, ok := mesh.MeshInAWS(m)
	return ok && kinds.AWSResources.Get(p, at.Key, at.ARN) != nil
}

// differ tells whether two values are known and not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }
