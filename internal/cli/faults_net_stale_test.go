package cli

import (
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// However reading fails, and also if nothing ever answers, the operator says
// so, keeps what it found, and needs nobody's help to go on.
func TestWhatCannotBeReadForLongIsStale(t *testing.T) {
	p := perform(t, "--patience=1s", "--stale-after=5s")
	for _, f := range readFaults {
		if !f.lasts {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			defer p.lift()
			of := func(c call) bool { return slices.Contains(p.kinds, c.resource) && c.reads() }
			p.spoil(0, f.fault, of)
			p.drop(of)
			want := v1alpha1.ReasonStale
			if f.state == v1alpha1.AvailabilityForbidden {
				want = v1alpha1.ReasonForbidden
			}
			p.turn(t)
			was := p.shopSeen(t)
			p.waitForReport(t, p.shop, func(s *v1alpha1.MeshAuditReportStatus) error { return allStale(s, want, f.core) })
			was.kept(t, p.shopSeen(t))
			p.lift()
			p.settled(t)
		})
	}
	t.Run("a write that is never answered", func(t *testing.T) {
		defer p.lift()
		r := p.spoil(1, silent, func(c call) bool { return c.verb == verbUpdate && c.resource == "meshaudit.io/meshauditreports/status" })
		p.mark(t)
		p.met(t, map[string]*rule{"": r})
		p.settled(t)
	})
	p.operator.stop()
}

// allStale asks that the report tells that all of it is of the past, for this
// reason, or, of kinds of Kubernetes itself, perhaps for another.
func allStale(s *v1alpha1.MeshAuditReportStatus, want v1alpha1.NotEvaluatedReason, core bool) error {
	for _, f := range s.Findings {
		if !f.Stale {
			return fmt.Errorf("not stale: %+v", f)
		}
	}
	if !meta.IsStatusConditionFalse(s.Conditions, v1alpha1.ConditionComplete) {
		return fmt.Errorf("conditions %+v", s.Conditions)
	}
	for _, n := range s.NotEvaluated {
		if n.Reason != want && (!core || n.Reason != v1alpha1.ReasonSourceUnavailable) {
			return fmt.Errorf("%+v, want %s", n, want)
		}
	}
	return nil
}
