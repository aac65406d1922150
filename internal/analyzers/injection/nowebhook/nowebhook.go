// Package nowebhook flags namespaces that ask for sidecars and that no injector
// serves.
package nowebhook

import (
	"slices"
	"strings"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces that ask for sidecars and that no injector serves.
var Analyzer = &analysis.Analyzer{
	Name:     "nowebhook",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A namespace asks for sidecars, and no injector serves it",
	Why:      "New Pods start without a proxy and outside of the mesh, and nothing tells so.",
	Fix:      "Install the injector, or label the namespace as an installed one selects it (kubectl get mutatingwebhookconfigurations -L istio.io/rev,istio.io/tag).",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	by, misspelt := mesh.EnrolledBy(ns), misspelt(ns)
	if ns.Terminating || mesh.Ignored(ns.Name) || by == "" && !misspelt || carried(ns) {
		return
	}
	injectors := mesh.Injectors(p)
	value := ns.Labels[mesh.InjectionLabel]
	switch field := mesh.LabelField(key(by)); {
	case mesh.ServesNamespace(injectors, ns) != mesh.No:
	case misspelt:
		p.Report(field, "%s=%s gives no Pod a sidecar and keeps Pods from asking for one: the value must be enabled",
			mesh.InjectionLabel, value).
			FixBy("Correct the value: kubectl label namespace %s %s=enabled --overwrite.", ns.Name, mesh.InjectionLabel)
	case len(injectors) == 0:
		p.Report(field, "%s asks for sidecars, but no injector of Istio's is installed: "+
			"no mutating webhook adds a proxy to Pods", by)
	case value == "enabled":
		p.Report(field, "%s asks for sidecars of the default revision, but no injector selects the namespace; "+
			"installed are the revisions and tags %s", by, mesh.List(mesh.Revisions(p, injectors))).
			FixBy("Make a revision the default one (istioctl tag set default --revision NAME), or label the namespace " +
				"with istio.io/rev=NAME in place of istio-injection.")
	case slices.Contains(mesh.Revisions(p, injectors), ns.Labels[kinds.RevisionLabel]):
		unselected(p, field, by, ns)
	}
}

// unselected reports a revision or tag that is there, without a webhook for the
// namespace. A tag may be a Service alone, which is enough for ambient mode.
func unselected(p *analysis.Pass, field, by string, ns *kinds.Namespace) {
	name := ns.Labels[kinds.RevisionLabel]
	tag, ok := mesh.Tags(p)[name]
	if !ok || tag.Hooked() {
		p.Report(field, "%s names an installed revision, but no webhook of its injector selects the namespace", by)
		return
	}
	p.Report(field, "%s names a tag of revision %s that has no webhook: %s alone makes it", by, tag.Revision, tag.By[0]).
		Relate(tag.By...).
		FixBy("Give the tag its webhooks: istioctl tag set %s --revision %s.", name, tag.Revision)
}

// carried tells whether istio.io/rev may stand for the control plane alone, and
// ztunnel is to carry the Pods.
func carried(ns *kinds.Namespace) bool {
	_, given := ns.Labels[mesh.InjectionLabel]
	return !given && ns.Labels[label.IoIstioDataplaneMode.Name] == "ambient"
}

func key(by string) string {
	if by == "" {
		return mesh.InjectionLabel
	}
	key, _, _ := strings.Cut(by, "=")
	return key
}

// misspelt tells whether the value of istio-injection means enabled and is not
// it. With istio.io/rev beside it, the labels conflict.
func misspelt(ns *kinds.Namespace) bool {
	value := ns.Labels[mesh.InjectionLabel]
	meant := []string{"enabled", "enable", "true", "yes", "on"}
	return value != "enabled" && slices.Contains(meant, strings.ToLower(value)) && ns.Labels[kinds.RevisionLabel] == ""
}
