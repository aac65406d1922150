// Package alphaannotation flags annotations that Istio promises nothing about.
package alphaannotation

import (
	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags annotations that Istio promises nothing about: most of them.
var Analyzer = &analysis.Analyzer{
	Name:        "alphaannotation",
	Severity:    analysis.Info,
	Profile:     analysis.Strict,
	Since:       "v0.1.0",
	Title:       "An annotation is an alpha feature of Istio's",
	Why:         "Istio may change or drop alpha features with any release.",
	Fix:         "Read the release notes before each upgrade, or do without the annotation.",
	Equivalents: []string{"IST0136"},
	Subject:     analysis.Workload,
	Also:        mesh.AnnotatedKinds,
	Run:         run,
}

func run(p *analysis.Pass) {
	for a := range mesh.HandAnnotated(p, p.Subject().Ref) {
		known := mesh.LookUpAnnotation(a.Key)
		if known != nil && known.FeatureStatus == annotation.Alpha && !known.Deprecated && mesh.AppliesTo(known, a.On) {
			p.Report(a.Field, "%s is an alpha feature of Istio's", a.Key).Key(a.Key)
		}
	}
}
