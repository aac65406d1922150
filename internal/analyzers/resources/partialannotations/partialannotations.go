// Package partialannotations flags resource annotations that drop defaults.
package partialannotations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that set some of the proxy's four resource
// annotations and so lose the installation's defaults for the others
// (istio#35905). Live proxies that have them all the same are believed, and to
// go without a cpu limit alone counts as intended.
var Analyzer = &analysis.Analyzer{
	Name:     "partialannotations",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Resource annotations of a proxy drop the defaults of those left out",
	Why:      "As soon as one of the annotations is there, the injector uses none of the installation's defaults: the proxy loses requests, without which it is starved first and utilization-based autoscaling stops, or the memory limit.",
	Fix:      "Set all of sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit, or none of them, and restart the workload.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	if trifling(mesh.LostResources(p, w)) || mesh.Over(w) || !mesh.Annotatable(p, w) {
		return
	}
	var lost []mesh.ProxyResource
	var names []string
	defaults := mesh.LostDefaults(p, w)
	for _, amount := range mesh.ProxyResources {
		if d := defaults.Of(amount); d.Given {
			lost = append(lost, amount)
			names = append(names, fmt.Sprintf("no %s (default %s)", amount, d.Quantity.String()))
		}
	}
	if trifling(lost) {
		return
	}
	given := given(w.Annotations())
	f := p.Report(mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", given)),
		"%s is set and others are not, so that istio-proxy gets %s", given, strings.Join(names, ", ")).
		Relate(defaults.Of(lost[0]).By)
	if !slices.ContainsFunc(lost, func(amount mesh.ProxyResource) bool { return !amount.Limit }) {
		f.At(analysis.Low)
	}
}

// trifling: to go without a cpu limit alone is good practice.
func trifling(lost []mesh.ProxyResource) bool {
	return len(lost) == 0 || len(lost) == 1 && lost[0] == mesh.Limits[0]
}

// given is the first of the annotations that is set.
func given(annotations map[string]string) string {
	for _, amount := range mesh.ProxyResources {
		if _, ok := annotations[amount.Annotation]; ok {
			return amount.Annotation
		}
	}
	return ""
}
