// Package dualinjectors flags namespaces that two meshes take their Pods from.
package dualinjectors

import (
	"fmt"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces whose labels ask for App Mesh's proxy and for
// Istio's, unless each workload there declines one of them.
var Analyzer = &analysis.Analyzer{
	Name:     "dualinjectors",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A namespace is enrolled in App Mesh and in Istio at once",
	Why:      "Both webhooks act on a new Pod and neither knows of the other: two proxies want the ports 15000 and 15001, two sets of redirection rules compete, and the Pod crashes or its traffic goes astray.",
	Fix:      "Choose one mesh for the namespace and remove the label of the other, or let each workload decline one: by the annotation appmesh.k8s.aws/sidecarInjectorWebhook=disabled or the label sidecar.istio.io/inject=false in its Pod template; then restart the workloads.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	istio := istioLabel(ns)
	if ns.Terminating || ns.Labels[mesh.AppMeshInjection] != "enabled" || istio == "" || declined(p, ns) {
		return
	}
	p.Report(fmt.Sprintf("metadata.labels[%s]", mesh.AppMeshInjection),
		"%s=enabled asks for App Mesh's proxy, and %s for Istio", mesh.AppMeshInjection, istio)
}

func istioLabel(ns *kinds.Namespace) string {
	if by := mesh.EnrolledBy(ns); by != "" {
		return by
	}
	if mode := ns.Labels[label.IoIstioDataplaneMode.Name]; mode == "ambient" {
		return kinds.LabelKey(label.IoIstioDataplaneMode.Name, mode)
	}
	return ""
}

// declined tells whether there are workloads and each declines one of the two.
func declined(p *analysis.Pass, ns *kinds.Namespace) bool {
	found := false
	for t := range mesh.Templates(p, ns.Name, nil) {
		if mesh.AppMeshInjects(ns, &t) && (mesh.AsksForSidecar(ns, &t) != "" || mesh.AsksForAmbient(ns, &t)) {
			return false
		}
		found = true
	}
	return found
}
