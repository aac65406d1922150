package report_test

import (
	"fmt"
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

func TestAFindingIsToldInFull(t *testing.T) {
	l := newLedger(noon)
	l.SetPolicy(findings.Policy{Profile: analysis.Recommended, OwnerLabel: "team"})
	rollout := inventory.Ref{Kind: "Rollout.argoproj.io", Namespace: "shop", Name: "cart"}
	update(l, finding(unknownHost, "shop", "cart", "spec.http[0]", rollout, inventory.Ref{Kind: "Service", Name: "x"}))
	wantParts(
		t, text(t, report.Namespaced(view(t, l, "shop"), whole)),
		`"summary":{"critical":0,"high":1,"medium":0,"low":0,"info":0,"suppressed":0,"notEvaluated":0}`,
		`"check":"routing/unknownhost","severity":"High","category":"routing","subject":{"apiVersion":"networking.istio.io/v1",`+
			`"kind":"VirtualService","namespace":"shop","name":"cart"},"field":"spec.http[0]","message":"wrong in cart",`+
			`"fix":"do it right","related":[{"apiVersion":"argoproj.io/unknown","kind":"Rollout","namespace":"shop","name":"cart"},`+
			`{"apiVersion":"v1","kind":"Service","name":"x"}],"relatedCount":2,"equivalents":["IST0101"],`+
			`"firstSeen":"2026-11-23T12:00:00Z"}`,
		`"owner":"checkout"`, `"truncated":{"count":0}`,
	)
}

func TestConditions(t *testing.T) {
	l := newLedger(noon)
	want(t, conditions(report.Namespaced(view(t, l, "shop"), whole)), "Audited=True", "Complete=True", "Truncated=False")
	l.Update(nil, []inventory.StateChange{{Kind: service, State: inventory.Off}}, true)
	want(t, conditions(report.Namespaced(view(t, l, "shop"), whole)), "Audited=True", "Complete=True", "Truncated=False")
	l.Update(nil, []inventory.StateChange{{Kind: service, State: inventory.Forbidden}}, true)
	s := report.Namespaced(view(t, l, "shop"), whole)
	want(t, conditions(s), "Audited=True", "Complete=False", "Truncated=False")
	wantParts(t, s.Conditions[1].Message, "Not evaluated (Forbidden): routing/noport. Not readable: Service.")
	wantParts(t, text(t, s), `"notEvaluated":[{"check":"routing/noport","reason":"Forbidden","kinds":["Service"]}]`)
}

func TestAConditionNamesAFewAndCountsTheRest(t *testing.T) {
	v := &findings.View{Report: "shop"}
	for i := range 30 {
		v.NotEvaluated = append(v.NotEvaluated, analysis.NotEvaluated{
			Check: check("a", fmt.Sprintf("c%02d", i), analysis.Low, service), Reason: inventory.Stale,
			Kinds: []inventory.Kind{service},
		})
	}
	message := report.Namespaced(v, whole).Conditions[1].Message
	wantParts(t, message, "a/c00, a/c01", "a/c09 and 20 more", "Not readable: Service.")
}

func TestTheLeastSevereAreCut(t *testing.T) {
	l := newLedger(noon)
	update(l, many(400)...)
	small := report.Options{APIVersion: whole.APIVersion, MaxSize: 64 << 10}
	s := report.Namespaced(view(t, l, "shop"), small)
	report.Stamp(&s.ReportStatus, &v1alpha1.ReportStatus{}, false, noon)
	if n := len(text(t, s)); n > small.MaxSize || n < small.MaxSize*3/4 {
		t.Errorf("%d bytes, want a little less than %d", n, small.MaxSize)
	}
	if s.Summary.High != 200 || s.Summary.Low != 200 {
		t.Errorf("the summary is %+v", s.Summary)
	}
	if n := len(s.Findings) + int(s.Truncated.Count); n != 400 {
		t.Errorf("%d findings are shown or counted", n)
	}
	shownLow := int32(len(s.Findings) - 200)
	if shownLow < 0 && s.Truncated.ByCheck["routing/unknownhost"] == 0 ||
		shownLow >= 0 && (s.Truncated.ByCheck["routing/noport"] != 200-shownLow || len(s.Truncated.ByCheck) != 1) {
		t.Errorf("%d are shown, cut are %v", len(s.Findings), s.Truncated.ByCheck)
	}
	want(t, conditions(s), "Audited=True", "Complete=True", "Truncated=True")
}

func TestALongTextIsClipped(t *testing.T) {
	l := newLedger(noon)
	f := finding(unknownHost, "shop", "cart", "spec")
	f.Message = strings.Repeat("é", 100_000)
	update(l, f)
	got := report.Namespaced(view(t, l, "shop"), whole).Findings[0].Message
	if len(got) > 3000 || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes", len(got))
	}
}

func TestTheSameViewGivesTheSameBytes(t *testing.T) {
	one, two := newLedger(noon), newLedger(noon.Add(time.Hour))
	list := many(20)
	update(one, list...)
	for i := range list {
		update(two, list[len(list)-1-i])
	}
	a, b := report.Namespaced(view(t, one, "shop"), whole), report.Namespaced(view(t, two, "shop"), whole)
	if text(t, a) == text(t, b) {
		t.Error("the first-seen times do not differ")
	}
	if report.NamespacedDigest(a) != report.NamespacedDigest(stored(t, b)) {
		t.Errorf("the digests differ:\n%s\n%s", text(t, a), text(t, b))
	}
	if again := report.Namespaced(view(t, one, "shop"), whole); text(t, again) != text(t, a) {
		t.Error("a second rendering differs")
	}
}

func TestTimesStandStill(t *testing.T) {
	l := newLedger(noon)
	before := report.Namespaced(view(t, l, "shop"), whole)
	report.Stamp(&before.ReportStatus, &v1alpha1.ReportStatus{}, false, noon)
	before = stored(t, before)

	same := report.Namespaced(view(t, l, "shop"), whole)
	report.Stamp(&same.ReportStatus, &before.ReportStatus, true, noon.Add(time.Hour))
	if text(t, same) != text(t, before) {
		t.Errorf("unchanged:\n%s\n%s", text(t, same), text(t, before))
	}

	l.Update(nil, []inventory.StateChange{{Kind: service, State: inventory.Forbidden}}, true)
	after := report.Namespaced(view(t, l, "shop"), whole)
	report.Stamp(&after.ReportStatus, &before.ReportStatus, false, noon.Add(time.Hour))
	want(t, []string{
		after.Changed.UTC().Format(time.TimeOnly), transition(after, 0), transition(after, 1), transition(after, 2),
	}, "13:00:00", "12:00:00", "13:00:00", "12:00:00")
}

func transition(s v1alpha1.MeshAuditReportStatus, i int) string {
	return s.Conditions[i].LastTransitionTime.UTC().Format(time.TimeOnly)
}

func conditions(s v1alpha1.MeshAuditReportStatus) []string {
	var out []string
	for _, c := range s.Conditions {
		out = append(out, c.Type+"="+string(c.Status))
		if c.Reason == "" || c.LastTransitionTime != (metav1.Time{}) && c.Status == "" {
			out = append(out, "without a reason")
		}
	}
	return out
}

func want(t *testing.T, got []string, cells ...string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(cells, " ") {
		t.Errorf("got %v, want %v", got, cells)
	}
}
