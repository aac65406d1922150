// Package unsetproxy flags sidecars without resource requests.
package unsetproxy

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads with live Pods whose istio-proxy requests no cpu or
// no memory. A default installation of Istio requests both.
var Analyzer = &analysis.Analyzer{
	Name:     "unsetproxy",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A proxy runs without resource requests",
	Why:      "The scheduler counts the proxy as nothing, the kernel starves or kills it first when the node is full, and all of the workload's traffic with it; a HorizontalPodAutoscaler by utilization does not work for the Pod at all.",
	Fix:      "Give the proxy requests, for all workloads by global.proxy.resources in Istio's installation, or for this one by the annotations sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit, which go together; then restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	proxies := mesh.LiveProxies(p, w)
	for _, amount := range mesh.ProxyResources {
		lacking := 0
		for _, c := range proxies {
			if _, given := amount.Of(c); !given {
				lacking++
			}
		}
		if lacking == 0 || amount.Limit {
			continue
		}
		share := "some"
		if lacking == len(proxies) {
			share = "all"
		}
		field := mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", amount.Annotation))
		p.Report(field, "istio-proxy has no %s in %s of its Pods", amount, share).Key(amount.String())
	}
}
