// Package unknownprovider flags Telemetries that name a provider which the mesh
// does not have.
package unknownprovider

import (
	"fmt"
	"slices"
	"strings"

	telemetry "istio.io/api/telemetry/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Telemetries with a provider that is neither among the
// MeshConfig's extensionProviders, in any case of letters, nor one that istiod
// brings along (prometheus, stackdriver, envoy). Where revisions differ, none
// may have it.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownprovider",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Telemetry names a provider that the mesh does not have",
	Why:      "istiod passes over a provider that it does not know, without a word: traces are not sent, metrics are not changed, and access logs are what the MeshConfig says, whatever the Telemetry asks for.",
	Fix:      "Correct the name, or add the provider to extensionProviders in the MeshConfig.",
	Subject:  kinds.Telemetries.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	t := kinds.Telemetries.Of(p.Subject())
	if !t.Deleted.IsZero() {
		return
	}
	for i, e := range t.Spec.GetAccessLogging() {
		check(p, fmt.Sprintf("spec.accessLogging[%d]", i), e.GetProviders())
	}
	for i, e := range t.Spec.GetTracing() {
		check(p, fmt.Sprintf("spec.tracing[%d]", i), e.GetProviders())
	}
	for i, e := range t.Spec.GetMetrics() {
		check(p, fmt.Sprintf("spec.metrics[%d]", i), e.GetProviders())
	}
}

func check(p *analysis.Pass, at string, providers []*telemetry.ProviderRef) {
	for i, ref := range providers {
		configs := mesh.MeshConfigs(p)
		known := slices.ContainsFunc(configs, func(c mesh.Config) bool { return c.Provider(ref.GetName()) != nil })
		if known || len(configs) == 0 {
			continue
		}
		source := kinds.ConfigMaps.Ref(configs[0].Source.Namespace, configs[0].Source.Name)
		p.Report(fmt.Sprintf("%s.providers[%d].name", at, i),
			"provider %q is neither built in nor among the extensionProviders of %s, %s",
			ref.GetName(), source, list(configs[0])).Key(ref.GetName()).Relate(source)
	}
}

func list(c mesh.Config) string {
	var names []string
	for _, p := range c.GetExtensionProviders() {
		names = append(names, p.GetName())
	}
	if len(names) == 0 {
		return "which has none"
	}
	return "which has " + strings.Join(names, ", ")
}
