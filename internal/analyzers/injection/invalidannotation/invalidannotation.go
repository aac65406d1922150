// Package invalidannotation flags annotations whose values istiod refuses.
package invalidannotation

import (
	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags annotations whose values istiod refuses. Those about the
// proxy's resources are the matter of resources/invalidquantity.
var Analyzer = &analysis.Analyzer{
	Name:        "invalidannotation",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "An annotation has a value with which injection fails",
	Why:         "Istiod refuses to inject, and with it every new Pod is refused: what runs goes on, until a rollout, scaling or the loss of a node needs a new one.",
	Fix:         "Correct the value as the message says.",
	Equivalents: []string{"IST0125"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	for a := range mesh.HandAnnotated(p, p.Subject().Ref) {
		err := mesh.ValidAnnotation(a.Key, a.Value)
		if a.On != annotation.Pod || err == nil {
			continue
		}
		if injected(p) {
			p.Report(a.Field, "%s: %v, so that istiod refuses new Pods", a.Key, err).Key(a.Key)
			continue
		}
		p.Report(a.Field, "%s: %v; with an injected proxy, istiod would refuse the Pods", a.Key, err).Key(a.Key).
			At(analysis.Medium)
	}
}

// injected tells whether an injector gets the workload's new Pods, be they a
// gateway's.
func injected(p *analysis.Pass) bool {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	ns := kinds.Namespaces.Get(p, "", p.Subject().Ref.Namespace)
	if !ok || ns == nil {
		return false
	}
	t := mesh.OfWorkload(w)
	return mesh.Decide(p, ns, &t).Answer == mesh.Yes
}
