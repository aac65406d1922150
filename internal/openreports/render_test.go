package openreports_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/openreports"
	"github.com/meshaudit/meshaudit/internal/report"
)

const route inventory.Kind = "VirtualService.networking.istio.io"

var (
	schema = inventory.NewSchema(
		inventory.NewKind(&inventory.KindInfo{Kind: route, Version: "v1", Namespaced: true}),
	)
	unknownHost = analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{
		Name: "unknownhost", Severity: analysis.High, Subject: route, Equivalents: []string{"IST0101", "KIA1101"},
	}}
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	whole = report.Options{APIVersion: report.APIVersion(schema), MaxSize: report.DefaultMaxSize}
)

func finding(s analysis.Severity, name string) findings.Finding {
	return findings.Finding{FirstSeen: noon, Finding: analysis.Finding{
		ID: "id-" + name, Check: unknownHost, Severity: s, Field: "spec.http[0]", Message: "wrong in " + name,
		Fix: "right it", Subject: inventory.Ref{Kind: route, Namespace: "shop", Name: name},
	}}
}

func view(list ...findings.Finding) *findings.View {
	return &findings.View{Report: "shop", Findings: list}
}

func TestAResultSaysWhatTheFindingSays(t *testing.T) {
	got := openreports.Render(view(finding(analysis.High, "cart")), whole)
	if got.Name != "mesh-audit" || got.Namespace != "shop" || got.Source != "meshaudit" || got.Scope != nil {
		t.Errorf("%+v", got)
	}
	r := got.Results[0]
	if r.Source != "meshaudit" || r.Policy != "routing/unknownhost" || r.Rule != "unknownhost" ||
		r.Category != "routing" || r.Description != "wrong in cart" || r.Timestamp.Seconds != noon.Unix() {
		t.Errorf("%+v", r)
	}
	s := r.Subjects[0]
	if s.APIVersion != "networking.istio.io/v1" || s.Kind != "VirtualService" || s.Namespace != "shop" || s.Name != "cart" {
		t.Errorf("%+v", s)
	}
	if want := map[string]string{
		"resultID": "id-cart/fail", "id": "id-cart", "field": "spec.http[0]", "fix": "right it",
		"firstSeen": "2026-11-23T12:00:00Z", "equivalents": "IST0101, KIA1101",
	}; !maps.Equal(r.Properties, want) {
		t.Errorf("%v", r.Properties)
	}
}

func TestSeverityAndExceptionMakeTheOutcome(t *testing.T) {
	for severity, want := range map[analysis.Severity]reports.Result{
		analysis.Critical: "fail", analysis.High: "fail", analysis.Medium: "fail", analysis.Low: "warn", analysis.Info: "warn",
	} {
		r := openreports.Render(view(finding(severity, "cart")), whole).Results[0]
		if r.Result != want || string(r.Severity) != strings.ToLower(severity.String()) || r.Scored != (want == "fail") {
			t.Errorf("%s: %+v", severity, r)
		}
		silenced := finding(severity, "cart")
		silenced.SuppressedBy, silenced.Stale = "shop/known", true
		r = openreports.Render(view(silenced), whole).Results[0]
		if r.Result != "skip" || r.Properties["exception"] != "shop/known" || r.Properties["stale"] != "true" {
			t.Errorf("silenced: %+v", r)
		}
	}
}

func TestWhatCouldNotBeReadIsAnError(t *testing.T) {
	v := view(finding(analysis.Info, "cart"))
	v.NotEvaluated = []analysis.NotEvaluated{
		{Check: unknownHost, Reason: inventory.Forbidden, Kinds: []inventory.Kind{"Pod", "Service"}},
		{Check: unknownHost, Reason: inventory.Off, Kinds: []inventory.Kind{"Secret"}},
		{Check: unknownHost, Reason: inventory.SourceUnavailable, Kinds: []inventory.Kind{"Mesh.aws"}, Optional: true},
	}
	got := openreports.Render(v, whole)
	if want := (reports.ReportSummary{Warn: 1, Error: 1, Skip: 1}); got.Summary != want || len(got.Results) != 3 {
		t.Fatalf("%+v", got)
	}
	r := got.Results[1]
	if r.Result != "error" || r.Properties["reason"] != "Forbidden" || r.Properties["kinds"] != "Pod, Service" {
		t.Errorf("%+v", r)
	}
	if got.Results[2].Result != "skip" {
		t.Errorf("what nobody requires: %+v", got.Results[2])
	}
}

func TestNoReportIsTooLargeAndNoneHidesThatItIsCut(t *testing.T) {
	for _, n := range []int{0, 1, 100, 150, 200, 5000} {
		v := view()
		for i := range n {
			v.Findings = append(v.Findings, finding(analysis.High, fmt.Sprintf("route-%04d", i)))
		}
		for i := range 200 {
			v.NotEvaluated = append(v.NotEvaluated, analysis.NotEvaluated{
				Check: analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{Name: fmt.Sprint("check", i)}},
				Kinds: make([]inventory.Kind, 60), Reason: inventory.Forbidden,
			})
		}
		o := whole
		o.MaxSize = 128 << 10
		got := openreports.Render(v, o)
		raw, err := json.Marshal(got)
		if err != nil || len(raw) > o.MaxSize {
			t.Errorf("%d findings: %d bytes (%v)", n, len(raw), err)
		}
		last := got.Results[len(got.Results)-1]
		cut := n + 200 - len(got.Results)
		if last.Policy == "meshaudit/truncated" {
			cut++
		}
		if (cut > 0) != (last.Policy == "meshaudit/truncated") || cut > 0 && last.Properties["count"] != fmt.Sprint(cut) {
			t.Errorf("%d findings: %d cut, and the last result is %+v", n, cut, last)
		}
		if got.Summary.Fail != n || got.Summary.Error != 200 {
			t.Errorf("%d findings: %+v", n, got.Summary)
		}
	}
}
