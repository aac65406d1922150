// Package endofsupport flags App Meshes after the end of App Mesh.
package endofsupport

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Analyzer flags App Meshes after the day on which AWS ended the support
// (announced 2024-09-24), which the policy may set otherwise.
var Analyzer = &analysis.Analyzer{
	Name:     "endofsupport",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A cluster still uses AWS App Mesh, whose support has ended",
	Why:      "Proxies that run keep the configuration that they have, but one that starts needs AWS to send it: without that a Pod never becomes ready, so that each rollout, node drain or scale-up can become an outage, and certificates from ACM are not renewed.",
	Fix:      "Move the workloads, one namespace at a time: take away the label appmesh.k8s.aws/sidecarInjectorWebhook and restart them; then delete App Mesh's webhook configurations, its objects (GatewayRoute, VirtualGateway, VirtualService, VirtualRouter, VirtualNode, BackendGroup, Mesh, by hand with their finalizers if AWS no longer answers), its CRDs and its controller.",
	Subject:  kinds.Meshes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	m := kinds.Meshes.Of(p.Subject())
	if !m.Deleted.IsZero() {
		return
	}
	if end := kinds.AppMeshSettings(p).EndOfSupport; p.Reached(end) {
		p.Report("", "Mesh %q is still there, and AWS ended the support of App Mesh on %s", m.Name, end.Format(time.DateOnly))
	}
}
