package report_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// manyResolved are as many and as large as a report may list, with a text to
// quote.
func manyResolved(quote string) []v1alpha1.Resolved {
	before := &findings.View{}
	for i := range 30 {
		name := strings.Repeat("n", 253-2) + fmt.Sprintf("%02d", i)
		f := finding(check("networkpolicy", "averylongname000", analysis.Medium, route), strings.Repeat("s", 63), name, strings.Repeat(quote, 500))
		before.Findings = append(before.Findings, findings.Finding{FirstSeen: noon, Finding: f})
	}
	now := &findings.View{}
	s := &report.Shown{View: before}
	return whole.Resolve(s, s.Changes(now), now, noon)
}

// TestTheSmallestReportNamesEveryCheck: where nothing can be read, the smallest
// size that a policy may allow is enough to name all checks, those to come
// included, each for two reasons, and to count a finding of each.
func TestTheSmallestReportNamesEveryCheck(t *testing.T) {
	v := &findings.View{Report: "shop"}
	for i := range mostBlinds / 2 {
		c := check("networkpolicy", fmt.Sprintf("averylongname%03d", i), analysis.Low, service)
		v.Findings = append(v.Findings, findings.Finding{FirstSeen: noon, Stale: true, Finding: finding(c, "shop", "cart", "spec")})
		for _, s := range []inventory.State{inventory.Forbidden, inventory.NotSynced} {
			v.NotEvaluated = append(v.NotEvaluated, analysis.NotEvaluated{Check: c, Reason: s, Kinds: []inventory.Kind{route, service}})
		}
	}
	v.Summary.BySeverity[analysis.Low], v.Summary.NotEvaluated = mostBlinds/2, mostBlinds
	kinds := manyKinds(rand.New(rand.NewPCG(1, 1)))
	for i := range kinds {
		kinds[i].State = inventory.Stale
	}
	o := report.Options{APIVersion: whole.APIVersion, MaxSize: smallest, Resolved: manyResolved("<")}
	r := &v1alpha1.ClusterMeshAuditReport{TypeMeta: typeMeta("ClusterMeshAuditReport"), ObjectMeta: longMeta()}
	r.Status = report.Cluster([]*findings.View{v}, kinds, o)
	report.Stamp(&r.Status.ReportStatus, &v1alpha1.ReportStatus{}, false, noon)
	expectWhole(t, v, &r.Status.ReportStatus, r, smallest)
	t.Logf("%d of what went are listed", len(r.Status.Resolved))
}
