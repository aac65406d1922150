package findings_test

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Of two replicas that heard of a finding at different times, both come to say
// the earlier one, whichever recalls what the other published.
func TestOfTwoFirstSeenTimesTheEarlierHolds(t *testing.T) {
	web := inventory.Ref{Kind: "Route", Namespace: "shop", Name: "web"}
	f := analysis.Finding{ID: "1", Check: broken, Subject: web, Severity: analysis.High}
	for name, c := range map[string]struct{ theirs, want time.Duration }{
		"earlier":           {-time.Minute, -time.Minute},
		"later":             {time.Minute, 0},
		"no replica's time": {-time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.Update([]*analysis.Result{{Subject: web, Findings: []analysis.Finding{f}}}, nil, true)
			published := findings.Finding{Finding: f, FirstSeen: b.now.Add(c.theirs)}
			b.Recall("shop", []findings.Finding{published})
			b.Recall("nowhere", []findings.Finding{published})
			want := b.now.Add(c.want)
			if v, _ := b.View("shop"); len(v.Findings) != 1 || !v.Findings[0].FirstSeen.Equal(want) {
				t.Errorf("findings %+v, want one first seen at %s", v.Findings, want)
			}
		})
	}
}

// A finding that cannot be judged any more has its time, too, and a later
// evaluation keeps what was recalled.
func TestARecalledTimeOutlivesBlindness(t *testing.T) {
	web := inventory.Ref{Kind: "Route", Namespace: "shop", Name: "web"}
	f := analysis.Finding{ID: "1", Check: broken, Subject: web, Severity: analysis.High}
	b := open(t)
	seen := &analysis.Result{Subject: web, Findings: []analysis.Finding{f}}
	blind := &analysis.Result{Subject: web, NotEvaluated: []analysis.NotEvaluated{
		{Check: broken, Reason: inventory.Forbidden, Kinds: []inventory.Kind{"Node"}},
	}}
	b.Update([]*analysis.Result{seen}, nil, true)
	b.Update([]*analysis.Result{blind}, nil, true)
	earlier := b.now.Add(-time.Second)
	b.Recall("shop", []findings.Finding{{Finding: f, FirstSeen: earlier}})
	for _, r := range []*analysis.Result{blind, seen} {
		b.Update([]*analysis.Result{r}, nil, true)
		if v, _ := b.View("shop"); len(v.Findings) != 1 || !v.Findings[0].FirstSeen.Equal(earlier) {
			t.Errorf("findings %+v, want one first seen at %s", v.Findings, earlier)
		}
	}
}
