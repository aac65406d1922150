// Package shortgrace flags Pods that are killed before their proxy has drained.
package shortgrace

import (
	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Pods that are killed before their proxy has drained. A grace
// period of 0 is a wish to be killed.
var Analyzer = &analysis.Analyzer{
	Name:     "shortgrace",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A Pod is killed before its proxy has drained",
	Why:      "At each rollout, scale-down and drain of a node the connections that the proxy still serves are cut off, and callers see resets.",
	Fix:      "Make terminationGracePeriodSeconds of the Pod template longer than the proxy's drain time, or the drain time shorter.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) || w.Ref.Kind == kinds.Jobs.Name || w.Ref.Kind == kinds.CronJobs.Name {
		return
	}
	t, grace := mesh.OfWorkload(w), mesh.GracePeriod(w.Spec())
	if grace <= 0 || mesh.Proxyless(&t) || !proxied(p, w, &t) {
		return
	}
	d, known := mesh.DrainOf(p, &t)
	if !known || d.Time < grace {
		return
	}
	by, field := d.By.Text, "spec.terminationGracePeriodSeconds"
	if by == "" {
		by = "the default"
	}
	if key := annotation.ProxyConfig.Name; by == "annotation "+key {
		field = "metadata.annotations[" + key + "]"
	}
	p.Report(mesh.PodField(w.Ref.Kind, field),
		"proxies drain for %s (%s, %s), and Pods are killed after %s (terminationGracePeriodSeconds)",
		d.Time, d.Setting, by, grace).Relate(mesh.Given(d.By.Ref)...)
}

// proxied tells whether the Pods have a sidecar, or are a gateway's.
func proxied(p *analysis.Pass, w *kinds.Workload, t *mesh.Template) bool {
	c := t.Component()
	return c == mesh.GatewayPods || c == mesh.WaypointPods || mesh.Meshed(p, w) == mesh.Yes
}
