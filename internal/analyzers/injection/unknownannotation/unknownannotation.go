// Package unknownannotation flags annotations of Istio's that Istio does not
// know.
package unknownannotation

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags annotations of Istio's that Istio does not know.
var Analyzer = &analysis.Analyzer{
	Name:        "unknownannotation",
	Severity:    analysis.Medium,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "An annotation bears Istio's name, and Istio does not know it",
	Why:         "Nothing reads it, and nothing tells so: what it was to set keeps its default.",
	Fix:         "Correct the key by the list at https://istio.io/latest/docs/reference/config/annotations, or remove it.",
	Equivalents: []string{"IST0108"},
	Subject:     analysis.Workload,
	Also:        mesh.AnnotatedKinds,
	Run:         run,
}

func run(p *analysis.Pass) {
	for a := range mesh.HandAnnotated(p, p.Subject().Ref) {
		if mesh.LookUpAnnotation(a.Key) != nil || mesh.ReadByIstio(a.Key) {
			continue
		}
		if mesh.IsLabelKey(a.Key) {
			label(p, &a)
			continue
		}
		if near := mesh.NearestAnnotation(a.Key); near != "" {
			p.Report(a.Field, "%s is no annotation of Istio's and has no effect; %s is one", a.Key, near).Key(a.Key).
				FixBy("Correct the key to %s, if that is meant, or remove it.", near)
			continue
		}
		p.Report(a.Field, "Istio's list of annotations does not have %s; an older or newer Istio may", a.Key).
			Key(a.Key).At(analysis.Info)
	}
}

// label: beside the label of the same name, the annotation does no harm.
func label(p *analysis.Pass, a *mesh.Annotated) {
	if mesh.Labelled(p, p.Subject().Ref, a) {
		return
	}
	p.Report(a.Field, "%s is a label of Istio's and has no effect as an annotation", a.Key).Key(a.Key).
		FixBy("Make it a label of the same object (%s: %q), or remove it.", a.Key, a.Value)
}
