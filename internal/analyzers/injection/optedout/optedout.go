// Package optedout flags workloads that decline the sidecar which others of
// their namespace get.
package optedout

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that decline the sidecar which others of their
// namespace get.
var Analyzer = &analysis.Analyzer{
	Name:        "optedout",
	Severity:    analysis.Medium,
	Profile:     analysis.Recommended,
	Opinion:     true,
	Since:       "v0.1.0",
	Title:       "A workload declines the sidecar of its namespace",
	Why:         "Its traffic is neither encrypted nor authorised by the mesh, although its namespace looks as if everything in it were.",
	Fix:         "Remove sidecar.istio.io/inject from the Pod template, or move the workload to a namespace that is not in the mesh.",
	Equivalents: []string{"kyv:prevent-disabling-injection-pods", "ASM:AsmSidecarInjection"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	choice, given := mesh.InjectChoice(&t)
	if !given || choice || t.Component() != mesh.NoComponent {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || mesh.Uninjectable(ns.Name, &t) || elsewhere(p, w, ns, &t) {
		return
	}
	if by, ref := mesh.SidecarBy(p, ns); by != "" {
		key, kind := label.SidecarInject.Name, kindOf(&t)
		p.Report(mesh.PodField(w.Ref.Kind, "metadata."+kind+"s["+key+"]"),
			"%s %s=false declines the sidecar that %s gives to new Pods", kind, key, by).
			Relate(ref).At(severity(w)).Sensitively(mesh.SensitiveWorkload(p, &t))
	}
}

// kindOf tells by what the Pods decline: a label hides the annotation.
func kindOf(t *mesh.Template) string {
	if _, labelled := t.Labels[label.SidecarInject.Name]; labelled {
		return "label"
	}
	return "annotation"
}

// severity: what runs and ends mostly declines for good reason.
func severity(w *kinds.Workload) analysis.Severity {
	if w.Ref.Kind == kinds.Jobs.Name || w.Ref.Kind == kinds.CronJobs.Name {
		return analysis.Info
	}
	return analysis.Medium
}

// elsewhere tells whether the workload is in a mesh without that sidecar: in
// ambient mode, or in App Mesh.
func elsewhere(p *analysis.Pass, w *kinds.Workload, ns *kinds.Namespace, t *mesh.Template) bool {
	if mesh.AsksForAmbient(ns, t) || mesh.AppMeshInjects(ns, t) {
		return true
	}
	for pod := range w.Pods(p) {
		if mesh.InAmbient(pod) {
			return true
		}
	}
	return false
}
