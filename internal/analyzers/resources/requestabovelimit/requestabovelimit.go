// Package requestabovelimit flags proxies that request more than their limit.
package requestabovelimit

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose proxy would request more than it is allowed: by
// annotations, or by these together with the installation's defaults, the Pod
// template's own container and LimitRanges.
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
	if annotated(p, w) || mesh.Over(w) || w.Pod != nil || !composed(p, w) {
		return
	}
	t := mesh.OfWorkload(w)
	amounts, known := mesh.WouldGet(p, w)
	if known != mesh.Yes || mesh.ControlPlaneWorkload(&t) {
		return
	}
	for _, amount := range mesh.Requests {
		request, limit := amounts.Of(amount), amounts.Of(amount.OfLimit())
		if !request.Given || !limit.Given || request.Quantity.Cmp(limit.Quantity) <= 0 {
			continue
		}
		p.Report(field(w, request, limit), "the proxy requests %s of %s (%s), and is allowed %s (%s)",
			request.Quantity.String(), amount.Resource, request.Source, limit.Quantity.String(), limit.Source).
			Key(amount.String()).Relate(mesh.Given(request.By, limit.By)...)
	}
}

// annotated reports what annotations alone show, and tells whether they do.
func annotated(p *analysis.Pass, w *kinds.Workload) (found bool) {
	annotations := w.Annotations()
	for _, amount := range mesh.Requests {
		limit := amount.OfLimit()
		request, given := mesh.ParseAmount(annotations[amount.Annotation])
		most, limited := mesh.ParseAmount(annotations[limit.Annotation])
		if !given || !limited || request.Cmp(most) <= 0 || !mesh.Annotatable(p, w) {
			continue
		}
		found = true
		p.Report(mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", amount.Annotation)),
			"the proxy requests %s of %s, and %s allows it %s", annotations[amount.Annotation], amount.Resource,
			limit.Annotation, annotations[limit.Annotation])
	}
	return found
}

// composed tells whether amounts of the proxy may come from several places:
// where annotations are given, the installation's do not count.
func composed(p *analysis.Pass, w *kinds.Workload) bool {
	if w.Spec().Container("istio-proxy") != nil {
		return true
	}
	for range kinds.LimitRanges.In(p, w.Namespace()) {
		return true
	}
	return false
}

// field is where the request is annotated, or else the limit.
func field(w *kinds.Workload, request, limit mesh.Amount) string {
	if at := mesh.AmountField(w, request); at != mesh.ProxyResourcesField(w) {
		return at
	}
	return mesh.AmountField(w, limit)
}
