// Package undecidednamespace flags namespaces with workloads that say nothing
// about the mesh.
package undecidednamespace

import (
	"slices"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces with workloads that say nothing about the mesh.
var Analyzer = &analysis.Analyzer{
	Name:     "undecidednamespace",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A namespace with workloads makes no choice about the mesh",
	Why:      "Nobody can tell whether its workloads are outside of the mesh on purpose: without a proxy, their traffic is neither encrypted nor authorised by it.",
	Fix:      "Label the namespace with istio-injection, istio.io/rev or istio.io/dataplane-mode, or with istio-injection=disabled to say no.",
	Equivalents: []string{
		"IST0102", "IST0148", "kyv:enforce-sidecar-injection-namespace", "kyv:enforce-ambient-mode-namespace",
	},
	Subject: kinds.Namespaces.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	exempt := ns.Terminating || mesh.Ignored(ns.Name) || ns.Name == kinds.MeshSettings(p).RootNamespace
	if exempt || mesh.EnrolmentOf(ns).Mode != mesh.Undecided || !some(p, ns, func(*mesh.Template) bool { return true }) {
		return
	}
	planes := mesh.ControlPlanes(p)
	home := slices.ContainsFunc(planes, func(c mesh.ControlPlane) bool { return c.Namespace == ns.Name })
	if len(planes) == 0 || home {
		return
	}
	switch injector, answer := mesh.InjectedByDefault(p, ns); answer {
	case mesh.Yes:
		report(p, ns, "no label decides about the mesh, and webhook %s of MutatingWebhookConfiguration %s "+
			"gives new Pods a sidecar all the same", injector.Name, injector.Config.Name).
			At(analysis.Info).Relate(injector.Ref())
	case mesh.No:
		injectors := mesh.Injectors(p)
		if some(p, ns, func(t *mesh.Template) bool { return untaken(p, injectors, ns, t) }) {
			report(p, ns, "no label decides about the mesh: new Pods that say nothing themselves get no sidecar")
		}
	case mesh.Maybe:
	}
}

func report(p *analysis.Pass, ns *kinds.Namespace, format string, args ...any) *analysis.Finding {
	return p.Report("metadata.labels", format, args...).
		Sensitively(mesh.SensitiveNamespace(p, ns.Name)).
		FixBy("Take the namespace into the mesh (kubectl label namespace %s istio-injection=enabled, "+
			"or istio.io/rev=REVISION, or istio.io/dataplane-mode=ambient), or say no by istio-injection=disabled.", ns.Name)
}

// some tells whether a workload about which nothing is decided is as asked.
func some(p *analysis.Pass, ns *kinds.Namespace, such func(*mesh.Template) bool) bool {
	for t := range mesh.UserWorkloads(p, ns.Name) {
		if !decided(ns, &t) && such(&t) {
			return true
		}
	}
	return false
}

// decided tells whether a workload says yes or no itself, cannot be in the
// mesh, or is in that of App Mesh.
func decided(ns *kinds.Namespace, t *mesh.Template) bool {
	_, given := mesh.InjectChoice(t)
	_, mode := t.Labels[label.IoIstioDataplaneMode.Name]
	return given || mode || mesh.OptedInBy(t) != "" || t.Spec.HostNetwork || t.Role() != mesh.NoProxy ||
		mesh.AppMeshInjects(ns, t)
}

// untaken tells whether the workload's Pods get neither a sidecar nor, by
// selectors of the CNI agent's other than Istio's own, ambient mode.
func untaken(p *analysis.Pass, injectors []mesh.Injector, ns *kinds.Namespace, t *mesh.Template) bool {
	_, answer := mesh.MatchInjector(injectors, ns, t)
	return answer == mesh.No && mesh.Intended(p, ns, t).Answer == mesh.No
}
