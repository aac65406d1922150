// Package doublesidecar flags Pods with the proxies of two meshes.
package doublesidecar

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose Pods run App Mesh's proxy and Istio's.
var Analyzer = &analysis.Analyzer{
	Name:     "doublesidecar",
	Severity: analysis.Critical,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Pods run the proxies of App Mesh and of Istio at once",
	Why:      "Both proxies run as user 1337 and want the ports 15000 and 15001, so that one crashes, and both redirect the Pod's traffic, so that it loops, fails or passes by the policies of either mesh.",
	Fix:      "Keep one: set the annotation appmesh.k8s.aws/sidecarInjectorWebhook=disabled or the label sidecar.istio.io/inject=false in the Pod template, remove what was injected by hand, and restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	both, all := "", true
	for pod := range w.Pods(p) {
		if envoy := mesh.AppMeshProxy(pod.PodSpec); envoy != nil && pod.Container("istio-proxy") != nil {
			both = envoy.Name
		} else {
			all = false
		}
	}
	if both == "" {
		return
	}
	share := "some"
	if all {
		share = "all"
	}
	p.Report(mesh.PodField(w.Ref.Kind, "spec"),
		"%s of its Pods have App Mesh's proxy (container %s) and Istio's (container istio-proxy)", share, both)
}
