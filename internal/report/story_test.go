package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

const (
	service  inventory.Kind = "Service"
	route    inventory.Kind = "VirtualService.networking.istio.io"
	mesh     inventory.Kind = "ConfigMap"
	internal inventory.Kind = "Settings.meshaudit.io"
)

var (
	schema = inventory.NewSchema(
		inventory.NewKind(&inventory.KindInfo{Kind: mesh, Version: "v1", Namespaced: true}),
		inventory.NewKind(&inventory.KindInfo{Kind: "Namespace", Version: "v1"}),
		inventory.NewKind(&inventory.KindInfo{Kind: service, Version: "v1", Namespaced: true}),
		inventory.NewKind(&inventory.KindInfo{Kind: internal, Version: "v1alpha1"}),
		inventory.NewKind(&inventory.KindInfo{Kind: route, Version: "v1", Namespaced: true}),
	)
	unknownHost = check("routing", "unknownhost", analysis.High, route)
	noPort      = check("routing", "noport", analysis.Low, service)
	taste       = analysis.Check{Category: "mtls", Analyzer: &analysis.Analyzer{
		Name: "taste", Severity: analysis.Medium, Opinion: true, Subject: mesh,
	}}
	checks = []analysis.Check{unknownHost, noPort, taste}
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	whole  = report.Options{APIVersion: report.APIVersion(schema), MaxSize: report.DefaultMaxSize}
)

func check(category, name string, s analysis.Severity, subject inventory.Kind) analysis.Check {
	return analysis.Check{Category: category, Analyzer: &analysis.Analyzer{
		Name: name, Severity: s, Subject: subject, Equivalents: []string{"IST0101"},
	}}
}

// finding is one of the check about the object, as the engine hands it out.
func finding(c analysis.Check, namespace, name, field string, related ...inventory.Ref) analysis.Finding {
	f := analysis.Finding{
		Check: c, Severity: c.Severity, Subject: inventory.Ref{Kind: c.Subject, Namespace: namespace, Name: name},
		Field: field, Message: "wrong in " + name, Fix: "do it right",
	}
	f.Relate(related...).Of(len(related))
	return analysis.Number([]analysis.Finding{f})[0]
}

// newLedger knows the namespace shop and can read all kinds.
func newLedger(now time.Time) *findings.Ledger {
	l := findings.New(findings.Config{
		Schema: schema, Checks: checks, Now: func() time.Time { return now },
		SubjectKinds: func(c analysis.Check) []inventory.Kind { return []inventory.Kind{c.Subject} },
	})
	var states []inventory.StateChange
	for _, info := range schema.Kinds() {
		states = append(states, inventory.StateChange{Kind: info.Kind, State: inventory.Listed})
	}
	l.SetNamespace(findings.Namespace{Name: "shop", Labels: map[string]string{"team": "checkout"}})
	l.Update(nil, states, true)
	return l
}

func update(l *findings.Ledger, list ...analysis.Finding) {
	by := map[inventory.Ref]*analysis.Result{}
	for _, f := range list {
		if by[f.Subject] == nil {
			by[f.Subject] = &analysis.Result{Subject: f.Subject}
		}
		by[f.Subject].Findings = append(by[f.Subject].Findings, f)
	}
	for _, r := range by {
		l.Update([]*analysis.Result{r}, nil, true)
	}
}

func view(t *testing.T, l *findings.Ledger, name string) *findings.View {
	t.Helper()
	v, ok := l.View(name)
	if !ok {
		t.Fatalf("no view of %q", name)
	}
	return v
}

// text is a status as the API server stores it.
func text(t *testing.T, status any) string {
	t.Helper()
	raw, err := json.Marshal(status)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func stored(t *testing.T, s v1alpha1.MeshAuditReportStatus) v1alpha1.MeshAuditReportStatus {
	t.Helper()
	var out v1alpha1.MeshAuditReportStatus
	if err := json.Unmarshal([]byte(text(t, s)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func wantParts(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("%s is missing in\n%s", p, got)
		}
	}
}

func many(n int) []analysis.Finding {
	var out []analysis.Finding
	for i := range n {
		c := unknownHost
		if i%2 == 1 {
			c = noPort
		}
		out = append(out, finding(c, "shop", fmt.Sprintf("object-%04d", i), "spec"))
	}
	return out
}
