// Package unreadablemesh flags meshes that AWS does not let MeshAudit read.
package unreadablemesh

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags meshes that AWS does not let MeshAudit read.
var Analyzer = &analysis.Analyzer{
	Name:     "unreadablemesh",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "AWS does not let MeshAudit read a mesh of the cluster",
	Why:      "The account of the mesh does not share it any more, or the role lacks the permission. If the controller and the proxies use the same account, their configuration is cut off as well.",
	Fix:      "Have the owner share the mesh with this account in AWS RAM and accept the share, or attach the policy in config/aws to MeshAudit's role; see what AWS says with aws appmesh describe-mesh --mesh-name NAME --mesh-owner ACCOUNT.",
	Subject:  kinds.Meshes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	m := kinds.Meshes.Of(p.Subject())
	if !m.Deleted.IsZero() {
		return
	}
	key, field, ok := shared(m)
	if !ok {
		return
	}
	if d := kinds.AWSMeshesDenied.Get(p, key, key); d != nil {
		p.Report(field, "AWS does not let MeshAudit read the mesh %s: %s", key, d.Message)
	}
}

// shared is the mesh's key, and the field that names its owner. The owner is
// known before the mesh is, if the field is set.
func shared(m *kinds.Mesh) (key, field string, ok bool) {
	if m.Spec.MeshOwner != "" {
		return kinds.AWSMeshKey(m.AWSName, m.Spec.MeshOwner), "spec.meshOwner", true
	}
	at, ok := mesh.MeshInAWS(m)
	return at.Key, "", ok
}
