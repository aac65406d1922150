// Package holdapplication flags applications that may start before their proxy
// is ready.
package holdapplication

import (
	"slices"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags applications that may start before their proxy is ready.
var Analyzer = &analysis.Analyzer{
	Name:     "holdapplication",
	Severity: analysis.Low,
	Profile:  analysis.Strict,
	Since:    "v0.1.0",
	Title:    "Applications may start before their proxy is ready",
	Why:      "Traffic is redirected from the start, so that what an application sends before its proxy is ready fails, and one that does not try again ends.",
	Fix:      "Let the sidecar be a native one (annotation sidecar.istio.io/nativeSidecar: \"true\"), or hold the application by the annotation proxy.istio.io/config: \"holdApplicationUntilProxyStarts: true\", or for all in the MeshConfig's defaultConfig.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || w.Ref.Kind == kinds.Jobs.Name || w.Ref.Kind == kinds.CronJobs.Name || mesh.Meshed(p, w) != mesh.Yes {
		return // a Job begins anew
	}
	t := mesh.OfWorkload(w)
	given := values(p, w, &t)
	if given == nil || mesh.InterceptionMode(p, &t) == "NONE" {
		return
	}
	if !given.HoldApplication && !mesh.ProxyConfigOf(p, &t).GetHoldApplicationUntilProxyStarts().GetValue() {
		p.Report(mesh.PodField(w.Ref.Kind, "spec"),
			"istio-proxy is an ordinary container and holdApplicationUntilProxyStarts is not set, so that the application "+
				"may send before the proxy is ready")
	}
	if given.CNIEnabled && !excludes(&t) {
		early(p, w)
	}
}

// values are those by which new Pods get an ordinary sidecar; nil if they do
// not, or not certainly.
func values(p *analysis.Pass, w *kinds.Workload, t *mesh.Template) *kinds.InjectorValues {
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || t.Role() != mesh.NoProxy {
		return nil // the template has a proxy of its own
	}
	d := mesh.Decide(p, ns, t)
	if d.Injector == nil || !ordinary(p, w, d, t) {
		return nil
	}
	if c := d.Injector.Configuration(p); c != nil && c.Stock {
		return &c.Values
	}
	return nil
}

// ordinary tells whether the sidecar is no native one: now, and in new Pods.
func ordinary(p *analysis.Pass, w *kinds.Workload, d mesh.Decision, t *mesh.Template) bool {
	some := false
	for pod := range w.Pods(p) {
		if mesh.HasSidecar(pod) {
			some = true
			if slices.ContainsFunc(pod.InitContainers, func(c kinds.Container) bool { return c.Name == "istio-proxy" }) {
				return false
			}
		}
	}
	native := mesh.Native(p, d, t)
	return native == mesh.No || some && native == mesh.Maybe
}

// early: with istio-cni, traffic is redirected before any init container runs.
func early(p *analysis.Pass, w *kinds.Workload) {
	for c := range mesh.AppContainers(w.Spec()) {
		user := c.RunAsUser
		if user == nil {
			user = w.Spec().RunAsUser
		}
		if c.Ends && (user == nil || *user != 1337) {
			p.Report(mesh.PodField(w.Ref.Kind, c.Field),
				"init container %s ends before istio-proxy starts, while istio-cni redirects what it sends: all of that fails",
				c.Name).At(analysis.Medium).
				FixBy("If the container needs the network: make the sidecar a native one (annotation " +
					"sidecar.istio.io/nativeSidecar: \"true\"), or run the container as user 1337, or keep its " +
					"destinations from the proxy (traffic.sidecar.istio.io/excludeOutboundIPRanges).")
		}
	}
}

// excludes tells whether annotations keep some of what the Pods send from the
// proxy, maybe for the sake of init containers.
func excludes(t *mesh.Template) bool {
	return slices.ContainsFunc([]string{
		annotation.SidecarTrafficExcludeOutboundIPRanges.Name, annotation.SidecarTrafficExcludeOutboundPorts.Name,
		annotation.SidecarTrafficIncludeOutboundIPRanges.Name, annotation.SidecarTrafficIncludeOutboundPorts.Name,
	}, func(key string) bool { _, given := t.Annotations[key]; return given })
}
