// Package blindautoscaler flags autoscalers that cannot compute utilization
// because a proxy requests nothing.
package blindautoscaler

import (
	"fmt"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags autoscalers that cannot compute utilization because a proxy
// requests nothing (istio#13977). Where an application requests nothing either,
// it is not the proxy's fault.
var Analyzer = &analysis.Analyzer{
	Name:     "blindautoscaler",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An autoscaler cannot compute utilization because a proxy has no request",
	Why:      "Utilization is the use of all containers in percent of what they request; if one requests nothing the metric fails, and the workload is not scaled up under load.",
	Fix:      "Give the proxy requests by the annotations sidecar.istio.io/proxyCPU and proxyMemory together with both limits, or measure the application alone by a metric of type ContainerResource.",
	Subject:  kinds.HorizontalPodAutoscalers.Name,
	Run:      run,
}

// measured is a metric by utilization.
type measured struct {
	field     string
	amount    mesh.ProxyResource
	container string // "" is the whole Pod
}

func run(p *analysis.Pass) {
	h := kinds.HorizontalPodAutoscalers.Of(p.Subject())
	list := byUtilization(h)
	if !h.Deleted.IsZero() || len(list) == 0 {
		return
	}
	w, ok := kinds.ResolveWorkload(p, h.Target)
	if !ok || w.Controller != nil && w.Controller.Replicas == 0 {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.ControlPlaneWorkload(&t) {
		return
	}
	var found []*analysis.Finding
	for _, m := range list {
		lacking, where := mesh.ProxyLacks(p, w, m.amount)
		if len(lacking) == 0 || m.container == "" && !othersRequest(p, w, m.amount) {
			continue
		}
		found = append(found, p.Report(m.field, "the %s utilization of %s cannot be computed: istio-proxy has no %s in %s",
			m.amount.Resource, w.Ref, m.amount, where).Relate(w.Ref))
	}
	if len(found) < max(len(h.Metrics), 1) {
		lessen(found)
	}
}

// lessen: by other metrics the workload is scaled up all the same, and never
// down.
func lessen(found []*analysis.Finding) {
	for _, f := range found {
		f.At(analysis.Medium)
	}
}

// byUtilization lists the metrics that count the proxy.
func byUtilization(h *kinds.HorizontalPodAutoscaler) []measured {
	if h.DefaultedMetrics {
		return []measured{{"spec", mesh.Requests[0], ""}}
	}
	var out []measured
	for i := range h.Metrics {
		m := &h.Metrics[i]
		field := fmt.Sprintf("spec.metrics[%d].resource.target.averageUtilization", i)
		switch {
		case m.Utilization == nil:
			continue
		case m.Type == autoscalingv2.ContainerResourceMetricSourceType && m.Container == "istio-proxy":
			field = fmt.Sprintf("spec.metrics[%d].containerResource.target.averageUtilization", i)
		case m.Type != autoscalingv2.ResourceMetricSourceType:
			continue
		}
		for _, amount := range mesh.Requests {
			if string(amount.Resource) == m.Name {
				out = append(out, measured{field, amount, m.Container})
			}
		}
	}
	return out
}

// othersRequest tells whether all other containers that run on request an
// amount, in a live Pod or, without any, in a new one.
func othersRequest(p *analysis.Pass, w *kinds.Workload, amount mesh.ProxyResource) bool {
	for pod := range w.Pods(p) {
		if pod.Phase == corev1.PodRunning {
			return request(pod.PodSpec, func(c *kinds.Container) bool { _, ok := amount.Of(c); return ok })
		}
	}
	return request(w.Spec(), func(c *kinds.Container) bool {
		amounts := mesh.ContainerAmounts(p, w.Namespace(), c, "")
		return amounts.Of(amount).Given
	})
}

func request(s *kinds.PodSpec, gives func(*kinds.Container) bool) bool {
	for c := range mesh.AppContainers(s) {
		if !c.Ends && !gives(c.Container) {
			return false
		}
	}
	return true
}
