// Package unmatchedpod flags workloads that the injector of their namespace
// leaves out, although they do not decline.
package unmatchedpod

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that the injector of their namespace leaves out,
// although they do not decline.
var Analyzer = &analysis.Analyzer{
	Name:     "unmatchedpod",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "An injector's selectors leave out a workload of a namespace that it serves",
	Why:      "Its new Pods get no sidecar although their namespace asks for one, and neither events nor istiod's log tell so.",
	Fix:      "Change the label that the webhook looks at, or say that it is meant by sidecar.istio.io/inject: \"false\" on the Pod template.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || !expects(ns, &t) {
		return
	}
	injectors := mesh.Injectors(p)
	if _, answer := mesh.MatchInjector(injectors, ns, &t); answer != mesh.No {
		return
	}
	for n := range injectors {
		i := &injectors[n]
		why, out := i.Excludes(ns, &t)
		if !out || mesh.ServesNamespace(injectors[n:n+1], ns) != mesh.Yes {
			continue
		}
		p.Report(mesh.PodField(w.Ref.Kind, field(why)),
			"label %s of namespace %s asks for a sidecar, but %s leaves the Pods out", mesh.EnrolledBy(ns), ns.Name, why.Text).
			Relate(i.Ref())
		return
	}
}

// expects tells whether namespace and workload lead one to expect a sidecar
// that the workload does not bring along.
func expects(ns *kinds.Namespace, t *mesh.Template) bool {
	choice, given := mesh.InjectChoice(t)
	return mesh.EnrolledBy(ns) != "" && (choice || !given) && !mesh.Uninjectable(ns.Name, t) &&
		t.Component() == mesh.NoComponent && !t.BringsProxy() && !t.Injected() && !mesh.AsksForAmbient(ns, t)
}

func field(why mesh.Exclusion) string {
	if why.Label == "" {
		return "metadata"
	}
	return mesh.LabelField(why.Label)
}
