// Package misplacedannotation flags annotations on objects on which Istio does
// not read them.
package misplacedannotation

import (
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags annotations on objects on which Istio does not read them.
var Analyzer = &analysis.Analyzer{
	Name:        "misplacedannotation",
	Severity:    analysis.Medium,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "An annotation stands where Istio does not read it",
	Why:         "It has no effect, and nothing tells so: what it was to set keeps its default.",
	Fix:         "Move the annotation to an object of a kind that the message names, or remove it.",
	Equivalents: []string{"IST0107"},
	Subject:     analysis.Workload,
	Also:        mesh.AnnotatedKinds,
	Run:         run,
}

func run(p *analysis.Pass) {
	subject := p.Subject().Ref
	for a := range mesh.HandAnnotated(p, subject) {
		known := mesh.LookUpAnnotation(a.Key)
		if known == nil || mesh.AppliesTo(known, a.On) || a.Key == annotation.IoKubernetesIngressClass.Name {
			continue // an Ingress' class on other objects is for other controllers
		}
		f := p.Report(a.Field, "%s has no effect on a %s: Istio reads it on %s", a.Key, bearer(&a, subject.Kind.Short()),
			resources(known)).Key(a.Key)
		if a.On == annotation.Unknown && mesh.AppliesTo(known, annotation.Pod) {
			f.FixBy("Move it to the Pod template: %s.", mesh.PodField(subject.Kind, "metadata.annotations"))
		}
	}
}

// bearer is the kind of what bears the annotation.
func bearer(a *mesh.Annotated, subject string) string {
	if a.On == annotation.Pod {
		return "Pod"
	}
	return subject
}

func resources(i *annotation.Instance) string {
	names := make([]string, 0, len(i.Resources))
	for _, r := range i.Resources {
		names = append(names, r.String())
	}
	return strings.Join(names, ", ")
}
