// Package unlimitedproxy flags proxies without a memory limit.
package unlimitedproxy

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose istio-proxy has requests, and no memory limit. A
// default installation of Istio gives one; to go without a cpu limit is good
// practice. Where a request is lacking, too, unsetproxy tells of both.
var Analyzer = &analysis.Analyzer{
	Name:     "unlimitedproxy",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A proxy may take all memory of its node",
	Why:      "What a proxy needs grows with the mesh's configuration and with connections; without a limit it takes the memory of its neighbours, and the kernel kills any of them when the node is full.",
	Fix:      "Give the proxy a memory limit, for all workloads by global.proxy.resources in Istio's installation, for a sidecar by the annotation sidecar.istio.io/proxyMemoryLimit together with the other three, or for a gateway in its own manifest; then restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.ControlPlaneWorkload(&t) {
		return
	}
	if lacking, where := mesh.ProxyUnset(p, w); len(lacking) == 1 && lacking[0] == mesh.MemoryLimit {
		p.Report(mesh.ProxyResourcesField(w), "istio-proxy has no %s in %s", mesh.MemoryLimit, where)
	}
}
