package report_test

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// A restart while a kind cannot be read must show what was known, as stale,
// and nothing else may differ.
func TestRestoreIsTheInverse(t *testing.T) {
	before := newLedger(noon)
	rollout := inventory.Ref{Kind: "Rollout.argoproj.io", Namespace: "shop", Name: "cart"}
	update(before, finding(unknownHost, "shop", "cart", "spec.http[0]", rollout), finding(noPort, "shop", "card", "spec"))
	published := stored(t, report.Namespaced(view(t, before, "shop"), whole))

	after := findings.New(before.Config)
	after.SetNamespace(findings.Namespace{Name: "shop"})
	after.Restore("shop", report.Restore(&published.ReportStatus, report.ByID(checks)))
	got := report.Namespaced(view(t, after, "shop"), whole)
	for i := range published.Findings {
		published.Findings[i].Stale = true
	}
	if text(t, got.Findings) != text(t, published.Findings) {
		t.Errorf("restored:\n%s\npublished:\n%s", text(t, got.Findings), text(t, published.Findings))
	}
}

func TestRestoredFindingsKeepTheirFirstSeenTime(t *testing.T) {
	before := newLedger(noon)
	update(before, finding(unknownHost, "shop", "cart", "spec"))
	published := stored(t, report.Namespaced(view(t, before, "shop"), whole))

	after := newLedger(noon.Add(time.Hour))
	update(after, finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "shop", "card", "spec"))
	after.Restore("shop", report.Restore(&published.ReportStatus, report.ByID(checks)))
	got := report.Namespaced(view(t, after, "shop"), whole).Findings
	if len(got) != 2 || !got[0].FirstSeen.Time.Equal(noon) || !got[1].FirstSeen.Time.Equal(noon.Add(time.Hour)) {
		t.Errorf("first seen: %s", text(t, got))
	}
}

func TestASensitiveOpinionIsRestored(t *testing.T) {
	l := newLedger(noon)
	f := finding(taste, "istio-system", "istio", "")
	f.Sensitive = true
	update(l, f)
	s := report.Cluster(l.Views(), nil, whole)
	got := report.Restore(&s.ReportStatus, report.ByID(checks))
	if len(got) != 1 || !got[0].Sensitive || got[0].Severity != analysis.Medium {
		t.Errorf("restored %+v", got)
	}
}

func TestFindingsOfUnknownChecksAreDropped(t *testing.T) {
	l := newLedger(noon)
	update(l, finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "shop", "card", "spec"))
	s := report.Namespaced(view(t, l, "shop"), whole)
	got := report.Restore(&s.ReportStatus, report.ByID(checks[1:]))
	if len(got) != 1 || got[0].Check.ID() != "routing/noport" {
		t.Errorf("restored %+v", got)
	}
}

// The exception that silences a finding stands in the report and is read back.
func TestWhatSilencesIsRestored(t *testing.T) {
	l := newLedger(noon)
	l.SetException(findings.Exception{Namespace: "shop", Name: "known", Checks: []string{"*/noport"}})
	update(l, finding(unknownHost, "shop", "cart", "spec"), finding(noPort, "shop", "card", "spec"))
	s := stored(t, report.Namespaced(view(t, l, "shop"), whole))
	if s.Summary.Suppressed != 1 || s.Summary.Low != 0 || s.Summary.High != 1 {
		t.Errorf("summary %+v", s.Summary)
	}
	got := report.Restore(&s.ReportStatus, report.ByID(checks))
	if len(got) != 2 || got[0].SuppressedBy != "" || got[1].SuppressedBy != "shop/known" {
		t.Errorf("restored %+v", got)
	}
}
