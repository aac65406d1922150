// Package autoimage flags proxies whose image no injector fills in.
package autoimage

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags proxies whose image no injector fills in.
var Analyzer = &analysis.Analyzer{
	Name:        "autoimage",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A proxy container waits for an injector that does not fill in its image",
	Why:         "There is no image called auto: the Pods never start, which for a gateway means that nothing comes in.",
	Fix:         "Label the Pod template sidecar.istio.io/inject: \"true\" in a namespace without istio-injection=disabled, so that an injector takes the Pods, or name the image of the proxy.",
	Equivalents: []string{"IST0147", "IST0146"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	stuck, all := survey(p, w)
	if !stuck && !t.AwaitsProxy() {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating {
		return
	}
	field := mesh.PodField(w.Ref.Kind, mesh.ContainerField(t.Spec, "istio-proxy")+".image")
	switch d := mesh.Decide(p, ns, &t); {
	case d.Answer == mesh.No && t.AwaitsProxy():
		if !unheard(d, ns, &t) {
			p.Report(field, "istio-proxy has image auto, and no injector replaces it (%s): the Pods cannot start", d.Text)
		}
	case stuck:
		p.Report(field, "istio-proxy still has image auto in %s of the Pods, which no injector saw when they were created",
			mesh.Share(all)).
			FixBy("%s", mesh.Restart(w.Ref))
	}
}

// unheard tells whether the workload asks by its own label in a namespace that
// says nothing: that no webhook hears it is told by ineffectiveoptin.
func unheard(d mesh.Decision, ns *kinds.Namespace, t *mesh.Template) bool {
	return (d.Rule == mesh.NoWebhook || d.Rule == mesh.WebhookConditions) &&
		mesh.OptedInBy(t) != "" && mesh.EnrolledBy(ns) == ""
}

// survey tells whether some of the live Pods, and whether all, wait for an
// injector that does not come.
func survey(p *analysis.Pass, w *kinds.Workload) (some, all bool) {
	all = true
	for pod := range w.Pods(p) {
		t := mesh.OfPod(pod)
		waits := t.AwaitsProxy() && mesh.Aged(p, pod)
		some, all = some || waits, all && waits
	}
	return some, some && all
}
