// Package duplicatepolicy flags PeerAuthentications of which only one counts.
package duplicatepolicy

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags PeerAuthentications beside an older one for the same.
var Analyzer = &analysis.Analyzer{
	Name:     "duplicatepolicy",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Several PeerAuthentications are for the same workloads, and only the oldest counts",
	Why: "Istio does not merge PeerAuthentications on one level: it takes the oldest without selector of a namespace, and the " +
		"oldest that selects a workload, so that what the others demand never happens.",
	Fix: "Write all that is demanded into one policy and delete the others, or let their selectors choose different workloads; " +
		"`kubectl get peerauthentications -n NAMESPACE --sort-by .metadata.creationTimestamp` shows which is the oldest.",
	Equivalents: []string{"KIA0002", "KIA0003"},
	Subject:     kinds.PeerAuthentications.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	a := kinds.PeerAuthentications.Of(p.Subject())
	if !a.Deleted.IsZero() {
		return
	}
	rivals, alike := mesh.PeerRivals(p, a)
	if rivals.Count == 0 || mesh.Selective(a) && a.Namespace == mesh.RootNamespace(p) {
		return // of the latter, mtls/rootselector says more
	}
	field, whom := "spec", "namespace "+a.Namespace
	if mesh.Selective(a) {
		field, whom = "spec.selector.matchLabels", "some of the workloads that this one selects"
	}
	severity, text := verdict(a, rivals.Oldest, whom)
	if alike {
		severity = analysis.Low
	}
	p.Report(field, "%s", text).At(severity).Relate(rivals.First...).Of(rivals.Count)
}

func verdict(a *kinds.PeerAuthentication, oldest mesh.Peer, whom string) (analysis.Severity, string) {
	text := fmt.Sprintf("%s is for %s, too", oldest.Ref, whom)
	switch {
	case oldest.Created.Equal(a.Created): // as in files
		return analysis.High, text + ": only the older one counts"
	case oldest.OlderThan(&a.Meta):
		return analysis.High, text + ", and is older: for these, this one has no effect"
	}
	return analysis.Medium, text + ", and is younger: for these, that one has no effect"
}
