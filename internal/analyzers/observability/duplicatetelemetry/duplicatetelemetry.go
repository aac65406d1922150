// Package duplicatetelemetry flags Telemetries of which only one counts.
package duplicatetelemetry

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags a Telemetry beside which its namespace has another for the
// same proxies: both for the whole namespace, or both with selectors that meet
// in a workload. istiod takes the oldest one alone.
var Analyzer = &analysis.Analyzer{
	Name:        "duplicatetelemetry",
	Severity:    analysis.Medium,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "Of several Telemetries for the same workloads only the oldest counts",
	Why:         "istiod takes for each proxy the oldest Telemetry of the namespace and the oldest that selects it, and does not merge others of the same level: their logs, traces and metrics are not as written, even if they are about different signals.",
	Fix:         "Put everything into one Telemetry and delete the other, or narrow the selectors so that no workload is selected twice.",
	Equivalents: []string{"IST0159", "IST0160"},
	Subject:     kinds.Telemetries.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	t := kinds.Telemetries.Of(p.Subject())
	if !t.Deleted.IsZero() {
		return
	}
	for _, other := range mesh.TelemetriesIn(p, t.Namespace) {
		if other.Name == t.Name || mesh.SplitByRevision(&t.Meta, &other.Meta) {
			continue
		}
		if field, both := overlap(p, t, other); both != "" {
			p.Report(field, "it is for %s, and so is Telemetry %q: %s", both, other.Name, verdict(t, other)).
				Key(other.Name).Relate(kinds.Telemetries.Ref(other.Namespace, other.Name))
			return // one rival says it all
		}
	}
}

// overlap says what both are for; "" if nothing.
func overlap(p *analysis.Pass, t, other *kinds.Telemetry) (field, both string) {
	switch {
	case mesh.NamespaceWide(t) && mesh.NamespaceWide(other):
		return "metadata.name", "the whole namespace"
	case mesh.Selecting(t) && mesh.Selecting(other):
		if w, ok := mesh.SelectedByBoth(p, t, other); ok {
			return "spec.selector.matchLabels", w.String()
		}
	}
	return "", ""
}

func verdict(t, other *kinds.Telemetry) string {
	switch {
	case t.Created.IsZero() || other.Created.IsZero():
		return "only the older one counts"
	case mesh.Older(&t.Meta, &other.Meta):
		return "this one is older and counts alone"
	}
	return "that one is older and counts alone"
}
