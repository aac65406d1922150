// Package hostnetwork flags workloads in the host's network that stay out of the
// mesh in which their namespace is.
package hostnetwork

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads in the host's network that stay out of the mesh in
// which their namespace is.
var Analyzer = &analysis.Analyzer{
	Name:     "hostnetwork",
	Severity: analysis.Info,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A workload in the host's network stays out of its namespace's mesh",
	Why:      "It gets neither a sidecar nor ambient mode, so that it has no identity: STRICT mutual TLS and AuthorizationPolicies do not protect it, and workloads that insist on mutual TLS refuse it.",
	Fix:      "Take hostNetwork away, or say that it is meant: label the Pod template sidecar.istio.io/inject: \"false\", in ambient mode istio.io/dataplane-mode: none.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) || !w.Spec().HostNetwork {
		return
	}
	t := mesh.OfWorkload(w)
	if t.Component() != mesh.NoComponent || meant(&t) {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || mesh.Ignored(ns.Name) {
		return
	}
	e, gets := mesh.EnrolmentOf(ns), "a sidecar"
	switch e.Mode {
	case mesh.Sidecar:
	case mesh.Ambient:
		gets = "ambient mode"
	default:
		return
	}
	p.Report(mesh.PodField(w.Ref.Kind, "spec.hostNetwork"),
		"hostNetwork keeps the Pods out of the mesh, although label %s of namespace %s asks for %s", e.By, ns.Name, gets).
		Relate(kinds.Namespaces.Ref("", ns.Name))
}

// meant tells whether the workload says itself that it stays out.
func meant(t *mesh.Template) bool {
	choice, given := mesh.InjectChoice(t)
	return given && !choice || t.Labels[label.IoIstioDataplaneMode.Name] == "none"
}
