// Package unsetproxy flags sidecars without resource requests.
package unsetproxy

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose istio-proxy requests no cpu or no memory, in
// live Pods or, where there is none, in new ones. A default installation of Istio
// requests both. What annotations displace is partialannotations.
var Analyzer = &analysis.Analyzer{
	Name:     "unsetproxy",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A proxy runs without resource requests",
	Why:      "The scheduler counts the proxy as nothing, the kernel starves or kills it first when the node is full, and all of the workload's traffic with it; a HorizontalPodAutoscaler by utilization does not work for the Pod at all.",
	Fix:      "Give the proxy requests, for all workloads by global.proxy.resources in Istio's installation, for a sidecar by the annotations sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit, which go together, or for a gateway in its own manifest; then restart the workload.",
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
		return // unsetcontrolplane
	}
	lacking, where := mesh.ProxyUnset(p, w)
	if len(lacking) == 0 || lacking[0].Limit {
		return // unlimitedproxy
	}
	names := make([]string, len(lacking))
	for i, amount := range lacking {
		names[i] = amount.String()
	}
	p.Report(mesh.ProxyResourcesField(w), "istio-proxy has no %s in %s", strings.Join(names, " and no "), where)
}
