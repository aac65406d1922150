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
	rivals := mesh.PeerRivals(p, a)
	if len(rivals) == 0 || mesh.Selective(a) && a.Namespace == mesh.RootNamespace(p) {
		return // of the latter, mtls/rootselector says more
	}
	field, whom := "spec", "namespace "+a.Namespace
	if mesh.Selective(a) {
		field, whom = "spec.selector.matchLabels", "some of the workloads that this one selects"
	}
	severity, text := verdict(a, rivals, whom)
	f := p.Report(field, "%s", text).At(severity)
	for _, r := range rivals {
		f.Relate(kinds.PeerAuthentications.Ref(r.Namespace, r.Name))
	}
	f.Of(len(rivals))
}

func verdict(a *kinds.PeerAuthentication, rivals []*kinds.PeerAuthentication, whom string) (analysis.Severity, string) {
	oldest, same := rivals[0], true
	for _, r := range rivals {
		if mesh.Older(&r.Meta, &oldest.Meta) {
			oldest = r
		}
		same = same && mesh.SameDemands(a, r)
	}
	severity := analysis.High
	ref := kinds.PeerAuthentications.Ref(oldest.Namespace, oldest.Name)
	text := fmt.Sprintf("%s is for %s, too: only the older one counts", ref, whom)
	switch {
	case oldest.Created.Equal(a.Created): // as in files
	case mesh.Older(&oldest.Meta, &a.Meta):
		text = fmt.Sprintf("%s is for %s, too, and is older: for these, this one has no effect", ref, whom)
	default:
		severity = analysis.Medium
		text = fmt.Sprintf("%s is for %s, too, and is younger: for these, that one has no effect", ref, whom)
	}
	if same {
		severity = analysis.Low
	}
	return severity, text
}
