// Package refusedproxy flags workloads whose Pods Kubernetes refuses because of
// their proxy.
package refusedproxy

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose Pods a LimitRange or ResourceQuota refuses
// because of what their istio-proxy asks for.
var Analyzer = &analysis.Analyzer{
	Name:     "refusedproxy",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Kubernetes refuses Pods because of their proxy",
	Why:      "The API server judges a Pod once the sidecar is injected: the next rollout, restart or scale-up of the workload makes no Pod.",
	Fix:      "Give the proxy amounts that the namespace allows, by all four of the annotations sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit and proxyMemoryLimit of the Pod template, or change the LimitRange or ResourceQuota.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) || w.Pod != nil || !bounded(p, w.Namespace()) {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.ControlPlaneWorkload(&t) {
		return
	}
	amounts, known := mesh.WouldGet(p, w)
	if known != mesh.Yes {
		return
	}
	for _, why := range mesh.ProxyRefusals(p, w, &amounts) {
		if accepted(p, w, &why) {
			continue
		}
		amount := amounts.Of(why.Of)
		f := p.Report(mesh.AmountField(w, amount), "%s", why.Text).Key(why.By.String(), why.Of.String()).Relate(why.By)
		if amount.By.Name != "" {
			f.Relate(amount.By)
		}
	}
}

// bounded tells whether anything bounds the Pods of a namespace.
func bounded(p *analysis.Pass, namespace string) bool {
	for range kinds.LimitRanges.In(p, namespace) {
		return true
	}
	for range kinds.ResourceQuotas.In(p, namespace) {
		return true
	}
	return false
}

// accepted tells whether a Pod with a proxy runs that is younger than what would
// refuse it.
func accepted(p *analysis.Pass, w *kinds.Workload, why *mesh.Refusal) bool {
	for pod := range w.Pods(p) {
		t := mesh.OfPod(pod)
		if pod.Phase == corev1.PodRunning && t.Role() != mesh.NoProxy && !pod.Created.Before(why.Since) {
			return true
		}
	}
	return false
}
