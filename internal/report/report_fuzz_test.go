package report_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// anyView makes up a view: texts of any length out of the given one, objects of
// long names, checks that could not look for every reason.
func anyView(dice *rand.Rand, count int, quote string) *findings.View {
	v := &findings.View{Report: "shop", Owner: quote[:min(len(quote), 63)]}
	name := func() string { return strings.Repeat("n", 1+dice.IntN(253)) }
	ref := func() inventory.Ref {
		k := []inventory.Kind{route, service, mesh, "Rollout.argoproj.io"}[dice.IntN(4)]
		return inventory.Ref{Kind: k, Namespace: "shop", Name: name()}
	}
	for i := range count {
		f := findings.Finding{FirstSeen: noon, Stale: dice.IntN(3) == 0, Finding: analysis.Finding{
			ID: fmt.Sprint(i), Check: checks[dice.IntN(len(checks))], Severity: analysis.Severities[i*5/count],
			Subject: ref(), Field: strings.Repeat(quote, dice.IntN(3)), Message: "m" + strings.Repeat(quote, dice.IntN(40)),
		}}
		for range dice.IntN(12) {
			f.Relate(ref())
		}
		f.Of(dice.IntN(5000))
		v.Findings = append(v.Findings, f)
		v.Summary.BySeverity[f.Severity]++
	}
	return v
}

// smallest is the least that a policy may allow, and the bounds within which it
// is enough: kinds in the table, and two reasons for each of 310 checks.
const (
	smallest   = 64 << 10
	mostKinds  = 48
	mostBlinds = 620
)

// blind adds checks that could not look, as many as a real report may name.
func blind(dice *rand.Rand, v *findings.View, n int) {
	for i := range n {
		b := analysis.NotEvaluated{
			Check:  check("networkpolicy", fmt.Sprintf("averylongname%03d", i), analysis.Low, service),
			Reason: []inventory.State{inventory.NotSynced, inventory.Off, inventory.Forbidden, inventory.Undecodable}[dice.IntN(4)],
		}
		for k := range 1 + dice.IntN(20) {
			b.Kinds = append(b.Kinds, inventory.Kind(fmt.Sprintf("ARatherLongKind%d.networking.istio.io", k)))
		}
		v.NotEvaluated = append(v.NotEvaluated, b)
	}
	v.Summary.NotEvaluated = n
}

// FuzzReport: a report of anything is never larger than the policy allows, is
// valid, counts every finding, and lists the most severe ones.
func FuzzReport(f *testing.F) {
	f.Add(uint64(1), uint16(0), uint16(0), uint32(0), "")
	f.Add(uint64(2), uint16(400), uint16(3), uint32(0), "<host> is \u2028 not\xff there")
	f.Add(uint64(3), uint16(100), uint16(mostBlinds), uint32(0), "é")
	f.Add(uint64(4), uint16(499), uint16(60), uint32(256<<10), "{{.Name}}")
	schema, clusterSchema := schemaOf(f, "meshauditreports"), schemaOf(f, "clustermeshauditreports")
	f.Fuzz(func(t *testing.T, seed uint64, count, blinds uint16, size uint32, quote string) {
		dice := rand.New(rand.NewPCG(seed, 0))
		v := anyView(dice, int(count)%500, quote[:min(len(quote), 256)])
		blind(dice, v, int(blinds)%(mostBlinds+1))
		o := report.Options{APIVersion: whole.APIVersion, MaxSize: smallest + int(size)%(1<<20-smallest)}
		o.Resolved = manyResolved(quote[:min(len(quote), 256)])[:dice.IntN(21)]

		r := &v1alpha1.MeshAuditReport{TypeMeta: typeMeta("MeshAuditReport"), ObjectMeta: longMeta()}
		r.Status = report.Namespaced(v, o)
		report.Stamp(&r.Status.ReportStatus, &v1alpha1.ReportStatus{}, false, noon)
		expectWhole(t, v, &r.Status.ReportStatus, r, o.MaxSize)
		expectValid(t, schema, r)

		c := &v1alpha1.ClusterMeshAuditReport{TypeMeta: typeMeta("ClusterMeshAuditReport"), ObjectMeta: longMeta()}
		c.Status = report.Cluster([]*findings.View{v}, manyKinds(dice), o)
		report.Stamp(&c.Status.ReportStatus, &v1alpha1.ReportStatus{}, false, noon)
		expectWhole(t, v, &c.Status.ReportStatus, c, o.MaxSize)
		expectValid(t, clusterSchema, c)
	})
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: kind}
}

// longMeta is the metadata that the API server gives to a report.
func longMeta() metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: v1alpha1.ReportName, Namespace: strings.Repeat("n", 63), UID: "e61e4c1c-2c0b-4b8e-9e64-1f3a3a2f8d11",
		ResourceVersion: "18446744073709551615", Generation: 1 << 40, CreationTimestamp: metav1.NewTime(noon),
	}
}

// manyKinds are as many as the kind table has, in any state.
func manyKinds(dice *rand.Rand) []report.Availability {
	var out []report.Availability
	for i := range mostKinds {
		out = append(out, report.Availability{
			Kind:   inventory.Kind(fmt.Sprintf("ARatherLongKind%d.appmesh.k8s.aws", i)),
			Source: "kubernetes", State: inventory.State(dice.IntN(int(inventory.Undecodable))),
		})
	}
	return out
}

func expectWhole(t *testing.T, v *findings.View, s *v1alpha1.ReportStatus, object any, limit int) {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > limit {
		t.Errorf("%d bytes, more than %d: %d findings, %d not evaluated", len(raw), limit, len(s.Findings), len(s.NotEvaluated))
	}
	sum := s.Summary
	if got := sum.Critical + sum.High + sum.Medium + sum.Low + sum.Info; int(got) != len(v.Findings) ||
		int(sum.NotEvaluated) != len(v.NotEvaluated) || len(s.NotEvaluated) != len(v.NotEvaluated) {
		t.Errorf("summary %+v of %d findings and %d not evaluated", sum, len(v.Findings), len(v.NotEvaluated))
	}
	cut := int32(0)
	for _, n := range s.Truncated.ByCheck {
		cut += n
	}
	if cut != s.Truncated.Count || len(s.Findings)+int(cut) != len(v.Findings) {
		t.Errorf("%d listed, %+v cut of %d", len(s.Findings), s.Truncated, len(v.Findings))
	}
	for i := range s.Findings {
		if s.Findings[i].ID != v.Findings[i].ID {
			t.Errorf("finding %d is not among the most severe", i)
		}
	}
}

// FuzzRestore reads anything back as a status that an earlier run wrote. What
// comes of it is shown once, as stale, for as long as its kind cannot be read,
// and makes a valid report.
func FuzzRestore(f *testing.F) {
	l := newLedger(noon)
	update(l, many(6)...)
	v, _ := l.View("shop")
	seed, err := json.Marshal(report.Namespaced(v, whole))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"findings":[{"id":"a","check":"routing/noport","severity":"low","subject":{"kind":"Rollout","apiVersion":"a/b/c"}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s v1alpha1.ReportStatus
		if json.Unmarshal(raw, &s) != nil {
			return
		}
		list := report.Restore(&s, report.ByID(checks))
		l := newLedger(noon.Add(time.Hour))
		unreadable(l, inventory.Forbidden)
		l.Restore("shop", list)
		l.Restore("shop", list)
		shown := map[string]bool{}
		for _, f := range view(t, l, "shop").Findings {
			key := fmt.Sprint(f.ID, f.Subject.Kind, f.Subject)
			if shown[key] || !f.Stale {
				t.Errorf("%s of %s is shown twice, or as fresh", f.ID, f.Subject)
			}
			shown[key] = true
		}
		report.Namespaced(view(t, l, "shop"), whole)
		unreadable(l, inventory.Listed)
		if left := view(t, l, "shop").Findings; len(left) > 0 {
			t.Errorf("%d findings stay, although all can be read", len(left))
		}
	})
}

func unreadable(l *findings.Ledger, s inventory.State) {
	var states []inventory.StateChange
	for _, info := range schema.Kinds() {
		states = append(states, inventory.StateChange{Kind: info.Kind, State: s})
	}
	l.Update(nil, states, true)
}
