// Package endlessjob flags Jobs that never end because their sidecar runs on.
package endlessjob

import (
	"slices"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Jobs that never end because their sidecar runs on.
var Analyzer = &analysis.Analyzer{
	Name:     "endlessjob",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Job never ends because its sidecar runs on",
	Why:      "A Job is done when all containers of its Pod have ended, and an istio-proxy that is an ordinary container ends of itself never: the Job hangs, holds its resources, and the next run of a CronJob is held up or piles up.",
	Fix:      "Annotate the Pod template with sidecar.istio.io/nativeSidecar: \"true\" (nodes of Kubernetes 1.29 or later run such a sidecar), or label it sidecar.istio.io/inject: \"false\", or let the last container call http://localhost:15020/quitquitquit by POST.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || !job(w) || mesh.Meshed(p, w) != mesh.Yes || outlived(p, w) {
		return
	}
	switch native, ordinary := sidecars(p, w); {
	case native:
	case ordinary:
		p.Report(mesh.PodField(w.Ref.Kind, "spec"),
			"istio-proxy of the Pods is an ordinary container, which runs on when the others have ended")
	default:
		foreseen(p, w)
	}
}

// job tells whether the workload ends by itself, without ending its proxy.
func job(w *kinds.Workload) bool {
	for c := range w.Spec().AllContainers {
		if c.CallsQuit {
			return false
		}
	}
	return w.Ref.Kind == kinds.Jobs.Name || w.Ref.Kind == kinds.CronJobs.Name
}

// sidecars tells which kinds of sidecars the live Pods have.
func sidecars(p *analysis.Pass, w *kinds.Workload) (native, ordinary bool) {
	for pod := range w.Pods(p) {
		native = native || !beside(pod) && mesh.HasSidecar(pod)
		ordinary = ordinary || beside(pod) && mesh.HasSidecar(pod)
	}
	return native, ordinary
}

// beside tells whether istio-proxy is an ordinary container of a Pod.
func beside(pod *kinds.Pod) bool {
	return slices.ContainsFunc(pod.Containers, func(c kinds.Container) bool { return c.Name == "istio-proxy" })
}

// outlived tells whether Pods have succeeded with such a sidecar, so that
// something ends it that is not seen here.
func outlived(p *analysis.Pass, w *kinds.Workload) bool {
	jobs := []string{w.Ref.Name}
	if w.Ref.Kind == kinds.CronJobs.Name {
		jobs = nil
		for j := range kinds.Jobs.ByController.In(p, w.Namespace(), kinds.ControllerKey(w.Ref.Kind, w.Ref.Name)) {
			jobs = append(jobs, j.Name)
		}
	}
	for _, name := range jobs {
		for pod := range kinds.PodsByController.In(p, w.Namespace(), kinds.ControllerKey(kinds.Jobs.Name, name)) {
			if pod.Phase == corev1.PodSucceeded && beside(pod) {
				return true
			}
		}
	}
	return false
}

// foreseen: nothing runs, but Pods will get such a sidecar.
func foreseen(p *analysis.Pass, w *kinds.Workload) {
	key := annotation.SidecarNativeSidecar.Name
	t := mesh.OfWorkload(w)
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || t.Role() != mesh.NoProxy {
		return // the template has a proxy of its own
	}
	d := mesh.Decide(p, ns, &t)
	if mesh.Native(p, d, &t) != mesh.No {
		return
	}
	field := "spec"
	if _, given := t.Annotations[key]; given {
		field = "metadata.annotations[" + key + "]"
	}
	p.Report(mesh.PodField(w.Ref.Kind, field),
		"new Pods get istio-proxy as an ordinary container (%s), which runs on when the others have ended",
		mesh.NotNative(p, d, &t)).
		At(analysis.Medium)
}
