// Package unsetproxy flags sidecars without resource requests.
package unsetproxy

import (
	"fmt"
	"strings"

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
	Fix:      "Give the proxy requests, for all workloads by global.proxy.resources in Istio's installation, for a sidecar by the annotations sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit, which go together, or for a gateway in its own manifest; then restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	var lacking []string
	proxies, share := mesh.LiveProxies(p, w), "all"
	for _, amount := range mesh.ProxyResources {
		with := 0
		for _, c := range proxies {
			if _, given := amount.Of(c); given {
				with++
			}
		}
		if with == len(proxies) || amount.Limit {
			continue
		}
		lacking = append(lacking, amount.String())
		if with > 0 {
			share = "some"
		}
	}
	if len(lacking) > 0 {
		p.Report(field(w), "istio-proxy has no %s in %s of its Pods", strings.Join(lacking, " and no "), share)
	}
}

// field is where requests would be written: at a proxy that the Pod template
// brings along, as a gateway's does, else among the annotations.
func field(w *kinds.Workload) string {
	for i, c := range w.Spec().Containers {
		if c.Name == "istio-proxy" {
			return mesh.PodField(w.Ref.Kind, fmt.Sprintf("spec.containers[%d].resources", i))
		}
	}
	return mesh.PodField(w.Ref.Kind, "metadata.annotations")
}
