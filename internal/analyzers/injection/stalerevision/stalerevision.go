// Package stalerevision flags workloads whose Pods have the proxy of another
// revision of Istio than new ones would get.
package stalerevision

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose Pods have the proxy of another revision of
// Istio than new ones would get.
var Analyzer = &analysis.Analyzer{
	Name:     "stalerevision",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Pods run the proxy of another revision of Istio than new ones would get",
	Why:      "They stay with the old control plane, and lose configuration and certificates when it is removed.",
	Fix:      "Restart the workload, so that its Pods get the proxy of the revision that is named now.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	found := survey(p, w)
	t := mesh.OfWorkload(w)
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if len(found) == 0 || t.BringsProxy() || ns == nil || ns.Terminating {
		return
	}
	d := mesh.Decide(p, ns, &t)
	if d.Answer != mesh.Yes || external(p, d.Injector) {
		return
	}
	old := slices.DeleteFunc(slices.Clone(found), func(revision string) bool {
		return revision == "" || gives(p, ns, &t, revision)
	})
	if len(old) == 0 {
		return
	}
	f := p.Report(mesh.PodField(w.Ref.Kind, "spec"),
		"%s of the Pods have the proxy of revision %s, and new ones would get that of %s "+
			"(webhook %s of MutatingWebhookConfiguration %s)",
		mesh.Share(len(old) == len(found)), mesh.List(old), d.Injector.Revision(), d.Injector.Name, d.Injector.Config.Name).
		Relate(d.Injector.Ref()).FixBy("%s", mesh.Restart(w.Ref))
	if slices.ContainsFunc(old, func(revision string) bool { return gone(p, revision) }) {
		f.Message += "; the old revision is not installed any more"
		f.At(analysis.High)
	}
}

// survey lists, sorted, the revisions whose proxies the live Pods have; "" is in
// it for those that are too young to tell or do not say.
func survey(p *analysis.Pass, w *kinds.Workload) []string {
	var out []string
	for pod := range w.Pods(p) {
		t := mesh.OfPod(pod)
		if t.Role() == mesh.NoProxy {
			continue
		}
		revision := mesh.RevisionOf(pod)
		if !mesh.Settled(p, pod) {
			revision = ""
		}
		if !slices.Contains(out, revision) {
			out = append(out, revision)
		}
	}
	slices.Sort(out)
	return out
}

// gives tells whether an injector of the revision takes, or may take, new Pods.
func gives(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template, revision string) bool {
	return slices.ContainsFunc(mesh.Injectors(p), func(i mesh.Injector) bool {
		return i.Revision() == revision && i.Gets(ns, t) != mesh.No
	})
}

// external tells whether the control plane behind an injector is outside of the
// cluster, where it may have another name than here.
func external(p *analysis.Pass, i *mesh.Injector) bool {
	return slices.ContainsFunc(mesh.ControlPlanes(p), func(c mesh.ControlPlane) bool {
		return c.Revision == i.Revision() && c.External
	})
}

// gone tells whether no control plane of a revision is left, given that those
// of the cluster are known: there is an istiod, and none is outside.
func gone(p *analysis.Pass, revision string) bool {
	here := false
	for _, c := range mesh.ControlPlanes(p) {
		if c.Revision == revision || c.External {
			return false
		}
		here = here || c.Istiod != nil
	}
	return here
}
