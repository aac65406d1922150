// Package undiscovered flags namespaces of the mesh that istiod does not look at.
package undiscovered

import (
	"strings"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces with workloads in the mesh that match none of
// istiod's discoverySelectors.
var Analyzer = &analysis.Analyzer{
	Name:     "undiscovered",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A namespace is in the mesh and istiod is told not to look at it",
	Why: "Istiod knows none of its Pods, Services, routes and policies: proxies do not find what is there, and its " +
		"mutual TLS settings and AuthorizationPolicies are not applied.",
	Fix: "Label the namespace as one of meshConfig.discoverySelectors has it (kubectl label namespace NAME KEY=VALUE), " +
		"or add a selector that matches it.",
	Subject: kinds.Namespaces.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	e := mesh.EnrolmentOf(ns)
	if ns.Terminating || mesh.Ignored(ns.Name) || e.Mode != mesh.Sidecar && e.Mode != mesh.Ambient {
		return
	}
	revision := revision(p, ns, e)
	if revision == "" {
		return // a check of its own
	}
	config := mesh.ConfigOf(p, revision)
	if !own(config, revision) || config.Discovers(ns) != mesh.No {
		return
	}
	member, ok := mesh.Member(p, ns.Name)
	if !ok {
		return
	}
	ref := kinds.ConfigMaps.Ref(config.Source.Namespace, config.Source.Name)
	key, _, _ := strings.Cut(e.By, "=")
	p.Report(mesh.LabelField(key), "%s takes the namespace into the mesh, and no discoverySelector of %s matches it: "+
		"istiod knows nothing of what it holds, such as %s", e.By, ref, member).Relate(ref)
}

// revision is that of the istiod which serves the namespace; "" if none does.
// Beside ambient mode, istio.io/rev may stand for the control plane alone.
func revision(p *analysis.Pass, ns *kinds.Namespace, e mesh.Enrolment) string {
	if e.Mode == mesh.Sidecar {
		if injector, answer := mesh.MatchInjector(mesh.Injectors(p), ns, mesh.SilentPod()); answer != mesh.No {
			return injector.Revision()
		}
	}
	if ns.Labels[label.IoIstioDataplaneMode.Name] != "ambient" {
		return ""
	}
	revision, _ := mesh.ResolveRevision(p, ns.Labels[kinds.RevisionLabel])
	return revision
}

// own tells whether a MeshConfig is the revision's, not another's in its place
// as with a control plane outside of the cluster.
func own(c mesh.Config, revision string) bool {
	if c.Source == nil {
		return false
	}
	return c.Source.Name == "istio-"+revision || revision == mesh.DefaultRevision && c.Source.Name == "istio"
}
