// Package ineffectiveoptin flags workloads that ask for a sidecar in a way that
// no injector hears.
package ineffectiveoptin

import (
	"fmt"
	"slices"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that ask for a sidecar in a way that no injector
// hears.
var Analyzer = &analysis.Analyzer{
	Name:        "ineffectiveoptin",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A workload asks for a sidecar or gateway proxy, and no injector hears it",
	Why:         "Its new Pods start without the proxy: an application outside of the mesh, a gateway not at all.",
	Fix:         "Ask by the label sidecar.istio.io/inject: \"true\" of the Pod template, in a namespace without istio-injection, and name an installed revision.",
	Equivalents: []string{"IST0146"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	ask := question(&t)
	if ask == nil || injected(&t) {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || mesh.EnrolledBy(ns) != "" || mesh.Uninjectable(ns.Name, &t) {
		return // the namespace itself asks, or it is no question of webhooks
	}
	injectors := mesh.Injectors(p)
	if _, answer := mesh.MatchInjector(injectors, ns, &t); answer != mesh.No {
		return
	}
	if ask.annotated && harmless(injectors, ns, &t) {
		return
	}
	report(p, w, ask, reason(p, ns, &t, injectors, ask))
}

// harmless tells whether an annotation that nobody hears does no harm, or is no
// harm of this kind: a gateway that cannot start has a check of its own.
func harmless(injectors []mesh.Injector, ns *kinds.Namespace, t *mesh.Template) bool {
	return len(injectors) == 0 || mesh.AsksForAmbient(ns, t) || t.AwaitsProxy()
}

func report(p *analysis.Pass, w *kinds.Workload, a *ask, reason string) {
	f := p.Report(mesh.PodField(w.Ref.Kind, a.field), "%s asks for a proxy, but %s", a.text, reason)
	if a.annotated {
		f.At(analysis.Medium)
	}
}

// ask is how a Pod template asks for a proxy.
type ask struct {
	field, text, rev string
	annotated        bool
}

func question(t *mesh.Template) *ask {
	inject := label.SidecarInject.Name
	choice, given := mesh.InjectChoice(t)
	switch _, labelled := t.Labels[inject]; {
	case given && !choice:
		return nil
	case mesh.OptedInBy(t) != "":
		key := inject
		if !choice || !labelled {
			key = kinds.RevisionLabel
		}
		return &ask{
			field: mesh.LabelField(key), text: "label " + key + "=" + t.Labels[key], rev: t.Labels[kinds.RevisionLabel],
		}
	case choice && !labelled:
		return &ask{field: "metadata.annotations[" + inject + "]", text: "annotation " + inject, annotated: true}
	}
	return nil
}

// injected tells whether the template has its proxy already, as istioctl
// kube-inject writes it. What a gateway leaves to the injector has image auto.
func injected(t *mesh.Template) bool {
	c := t.Spec.Container("istio-proxy")
	return c != nil && c.Image != "auto"
}

func reason(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template, injectors []mesh.Injector, a *ask) string {
	if len(injectors) == 0 {
		return "no injector of Istio's is installed"
	}
	if d := mesh.Decide(p, ns, t); d.Rule == mesh.WebhookConditions {
		return d.Text + " leaves the Pods out"
	}
	if v, given := ns.Labels[mesh.InjectionLabel]; given {
		return fmt.Sprintf("%s=%s of namespace %s keeps every Pod from it", mesh.InjectionLabel, v, ns.Name)
	}
	if a.annotated {
		return "the annotation is read only once a label has led the Pod to an injector, and none has"
	}
	if known := mesh.Revisions(p, injectors); a.rev != "" && !slices.Contains(known, a.rev) {
		return fmt.Sprintf("%s is neither a revision nor a tag: installed are %s", a.rev, mesh.List(known))
	}
	return "no injector selects Pods with these labels"
}
