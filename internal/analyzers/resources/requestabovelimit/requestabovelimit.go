// Package requestabovelimit flags proxies that request more than their limit.
package requestabovelimit

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose annotations request more for the proxy than
// they allow it.
var Analyzer = &analysis.Analyzer{
	Name:     "requestabovelimit",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A proxy would request more than its limit allows",
	Why:      "Kubernetes refuses a Pod with such a container: the next rollout, restart or scale-up of the workload makes no Pod.",
	Fix:      "Raise the limit or lower the request in the Pod template's annotations.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	annotations := w.Annotations()
	for _, amount := range mesh.ProxyResources {
		limit := amount.OfLimit()
		request, given := mesh.ParseAmount(annotations[amount.Annotation])
		most, limited := mesh.ParseAmount(annotations[limit.Annotation])
		if amount.Limit || !given || !limited || request.Cmp(most) <= 0 || !mesh.Annotatable(p, w) {
			continue
		}
		p.Report(mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", amount.Annotation)),
			"the proxy requests %s of %s, and %s allows it %s", annotations[amount.Annotation], amount.Resource,
			limit.Annotation, annotations[limit.Annotation])
	}
}
