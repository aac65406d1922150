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
	rival, workload := mesh.TelemetryRival(p, t)
	if rival.Ref.Name == "" {
		return
	}
	field, both := "metadata.name", "the whole namespace"
	if workload.Name != "" {
		field, both = "spec.selector.matchLabels", workload.String()
	}
	p.Report(field, "it is for %s, and so is Telemetry %q: %s", both, rival.Ref.Name, verdict(t, rival)).
		Key(rival.Ref.Name).Relate(rival.Ref)
}

func verdict(t *kinds.Telemetry, other mesh.Peer) string {
	switch {
	case t.Created.IsZero() || other.Created.IsZero():
		return "only the older one counts"
	case other.OlderThan(&t.Meta):
		return "that one is older and counts alone"
	}
	return "this one is older and counts alone"
}
