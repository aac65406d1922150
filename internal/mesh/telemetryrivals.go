package mesh

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TelemetryRival finds the oldest other Telemetry of a namespace beside which
// only one counts: both are for the whole namespace, then the second result is
// empty, or both select the workload that it names. The first is empty if there
// is none.
func TelemetryRival(r inventory.Reader, t *kinds.Telemetry) (rival Peer, workload inventory.Ref) {
	all, own := telemetryLevels.In(r, t.Namespace, ""), telemetryLevel(t)
	better := func(l *level) bool {
		if !oneRevision(own.revision, l.revision) {
			return false
		}
		p, ok := l.oldestBut(kinds.Telemetries.Ref(t.Namespace, t.Name))
		if ok = ok && (rival.Ref.Name == "" || p.older(rival)); ok {
			rival = p
		}
		return ok
	}
	switch {
	case targeted(t):
	case len(own.selector) == 0:
		for _, l := range all.wide {
			better(l)
		}
	default:
		for w := range Templates(r, t.Namespace, own.selector) {
			for l := range all.selecting(w.Labels) {
				if better(l) {
					workload = WorkloadOf(r, &w)
				}
			}
		}
	}
	return rival, workload
}

// telemetryLevels sums up the Telemetries of a namespace that have no target.
var telemetryLevels = kinds.Summarize(kinds.Telemetries.ByNamespace(), "levels",
	func(list iter.Seq[*kinds.Telemetry]) *levels {
		all := newLevels()
		for t := range list {
			if t.Deleted.IsZero() && !targeted(t) {
				all.enter(telemetryLevel(t), peerOf(kinds.Telemetries.Ref(t.Namespace, t.Name), &t.Meta))
			}
		}
		return all
	}, (*levels).equal)

func telemetryLevel(t *kinds.Telemetry) *level {
	return &level{selector: t.Spec.GetSelector().GetMatchLabels(), revision: t.Labels[kinds.RevisionLabel]}
}
