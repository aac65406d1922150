// Package deprecatedannotation flags annotations that Istio has given up.
package deprecatedannotation

import (
	"strings"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags annotations that Istio has given up.
var Analyzer = &analysis.Analyzer{
	Name:        "deprecatedannotation",
	Severity:    analysis.Info,
	Profile:     analysis.Recommended,
	Since:       "v0.1.0",
	Title:       "An annotation is deprecated",
	Why:         "A coming release of Istio may pass over it without a word.",
	Fix:         "Remove the annotation, or replace it by what Istio has in its place.",
	Equivalents: []string{"IST0135"},
	Subject:     analysis.Workload,
	Also:        mesh.AnnotatedKinds,
	Run:         run,
}

// successors are what takes the place of deprecated annotations.
var successors = map[string]string{
	annotation.SidecarInject.Name:                    "the label sidecar.istio.io/inject",
	annotation.SidecarDiscoveryAddress.Name:          "discoveryAddress in proxy.istio.io/config",
	annotation.SidecarExtraStatTags.Name:             "extraStatTags in proxy.istio.io/config",
	annotation.SidecarStatsInclusionPrefixes.Name:    "proxyStatsMatcher.inclusionPrefixes in proxy.istio.io/config",
	annotation.SidecarStatsInclusionRegexps.Name:     "proxyStatsMatcher.inclusionRegexps in proxy.istio.io/config",
	annotation.SidecarStatsInclusionSuffixes.Name:    "proxyStatsMatcher.inclusionSuffixes in proxy.istio.io/config",
	annotation.SidecarTrafficKubevirtInterfaces.Name: annotation.IoIstioRerouteVirtualInterfaces.Name,
}

func run(p *analysis.Pass) {
	for a := range mesh.HandAnnotated(p, p.Subject().Ref) {
		known := mesh.LookUpAnnotation(a.Key)
		if known == nil || !known.Deprecated || !mesh.AppliesTo(known, a.On) {
			continue
		}
		if a.Key == label.SidecarInject.Name && mesh.Labelled(p, p.Subject().Ref, &a) {
			continue // kept on purpose, for older releases
		}
		if successor, ok := successors[a.Key]; ok {
			p.Report(a.Field, "%s is deprecated: %s takes its place", a.Key, successor).Key(a.Key).
				FixBy("Replace the annotation by %s.", successor)
			continue
		}
		p.Report(a.Field, "%s is deprecated; of it Istio says: %s", a.Key, firstSentence(known.Description)).Key(a.Key)
	}
}

func firstSentence(text string) string {
	first, _, _ := strings.Cut(strings.Join(strings.Fields(text), " "), ". ")
	return strings.TrimSuffix(first, ".")
}
