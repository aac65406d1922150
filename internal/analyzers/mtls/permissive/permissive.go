// Package permissive flags meshes that take plain text.
package permissive

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags meshes whose workloads take plain text unless told otherwise.
var Analyzer = &analysis.Analyzer{
	Name:     "permissive",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "The mesh takes plain text: no policy for the whole mesh is STRICT",
	Why: "In mode PERMISSIVE, which is the default, sidecars let in requests without mutual TLS, so whoever reaches a Pod's " +
		"address can call it without an identity and read what is sent in the clear.",
	Fix: "Once all clients are in the mesh (`istioctl proxy-status` lists the proxies), apply a PeerAuthentication without " +
		"selector and with mtls.mode STRICT in the root namespace; until then make namespaces STRICT one by one.",
	Subject: kinds.ConfigMaps.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	config := mesh.MeshConfig(p)
	if config.Source != kinds.ConfigMaps.Of(p.Subject()) {
		return // one finding for the mesh, not one for each revision
	}
	root := config.Root(p)
	policy := mesh.NamespacePeerPolicy(p, root)
	if policy == nil {
		report(p, "the mode of the mesh is PERMISSIVE, since no PeerAuthentication without selector in the root "+
			"namespace %s says otherwise", root)
		return
	}
	ref := kinds.PeerAuthentications.Ref(policy.Namespace, policy.Name)
	switch mode := policy.Spec.GetMtls().GetMode(); mode {
	case mesh.Strict:
	case mesh.Unset:
		report(p, "%s sets no mode, so that of the mesh is PERMISSIVE", ref).Relate(ref)
	default:
		report(p, "%s makes the mode of the mesh %s", ref, mode).Relate(ref)
	}
}

func report(p *analysis.Pass, format string, args ...any) *analysis.Finding {
	return p.Report("", format, args...).Sensitively(mesh.SensitiveNamespace(p, p.Subject().Ref.Namespace))
}
