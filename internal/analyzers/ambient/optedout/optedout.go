// Package optedout flags workloads that decline the ambient mode of their
// namespace.
package optedout

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that decline the ambient mode of their namespace.
var Analyzer = &analysis.Analyzer{
	Name:     "optedout",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A workload declines the ambient mode of its namespace",
	Why:      "Its traffic is neither encrypted nor authorised by the mesh, although its namespace looks as if everything in it were.",
	Fix:      "Remove istio.io/dataplane-mode from the Pod template, or move the workload to a namespace that is not in the mesh.",
	Subject:  analysis.Workload,
	Run:      run,
}

var modeLabel = label.IoIstioDataplaneMode.Name

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	mode, given := t.Labels[modeLabel]
	if !given || mode == "ambient" || exempt(&t) {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || mesh.Ignored(ns.Name) {
		return
	}
	if e := mesh.EnrolmentOf(ns); e.Mode == mesh.Ambient && !sidecar(p, w, ns, &t) {
		judge(p, ns, &t, e.By)
	}
}

// exempt: gateways and Istio's own are no part of ambient mode, and the host's
// network cannot be.
func exempt(t *mesh.Template) bool {
	_, gateway := t.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return gateway || t.Spec.HostNetwork || t.Component() != mesh.NoComponent
}

func judge(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template, by string) {
	field, mode := mesh.PodField(t.Ref.Kind, mesh.LabelField(modeLabel)), t.Labels[modeLabel]
	var f *analysis.Finding
	switch keepsOut(p, ns, t) {
	case mesh.Yes:
		f = p.Report(field, "label %s=%s keeps the Pods out of the ambient mode for which label %s of namespace %s asks",
			modeLabel, mode, by, ns.Name)
	case mesh.No:
		f = p.Report(field, "%s=%s is neither ambient nor none, and does not keep the Pods out of the ambient mode of "+
			"namespace %s", modeLabel, mode, ns.Name).
			FixBy("Remove the label; or, if the Pods are to stay out, set %s: none.", modeLabel)
	default:
		return
	}
	f.Relate(kinds.Namespaces.Ref("", ns.Name)).Sensitively(mesh.SensitiveWorkload(p, t))
}

// keepsOut tells whether the label on a template keeps its Pods out of ambient
// mode: by the chart's enablementSelectors, no word but none does.
func keepsOut(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) mesh.Answer {
	if t.Labels[modeLabel] == "none" {
		return mesh.Yes
	}
	switch mesh.Intended(p, ns, t).Answer {
	case mesh.Yes:
		return mesh.No
	case mesh.No:
		return mesh.Yes
	default:
		return mesh.Maybe
	}
}

// sidecar tells whether the workload is in the mesh by a sidecar in place of
// ambient mode.
func sidecar(p *analysis.Pass, w *kinds.Workload, ns *kinds.Namespace, t *mesh.Template) bool {
	if t.Role() != mesh.NoProxy || mesh.AsksForSidecar(ns, t) != "" || mesh.AppMeshInjects(ns, t) {
		return true
	}
	for pod := range w.Pods(p) {
		if mesh.HasSidecar(pod) {
			return true
		}
	}
	return false
}
