package events_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/events"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

const route inventory.Kind = "VirtualService.networking.istio.io"

// wrong is a finding about a route, named after its message.
func wrong(name, message string, s analysis.Severity) findings.Finding {
	return findings.Finding{SubjectUID: "uid of " + name, Finding: analysis.Finding{
		ID: name + message, Severity: s, Message: message,
		Check:   analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{Name: "test", Subject: route}},
		Subject: inventory.Ref{Kind: route, Namespace: "shop", Name: name},
	}}
}

func silenced(f findings.Finding) findings.Finding { f.SuppressedBy = "shop/known"; return f }

type list = []findings.Finding

// events composed of two contents of a report, each as one line.
func composed(before, after list) (out []string) {
	now := &findings.View{Findings: after}
	s := &report.Shown{View: &findings.View{Findings: before}}
	for _, e := range events.Compose(s.Changes(now), now) {
		word := "ok"
		if e.Warning {
			word = "bad"
		}
		out = append(out, word+" "+e.Subject.Name+" "+strings.Replace(e.Message, "routing/test: ", "", 1))
	}
	return out
}

func TestWhatASubjectIsToldOf(t *testing.T) {
	const critical, high, medium = analysis.Critical, analysis.High, analysis.Medium
	cart, fails, minor := wrong("cart", "no host", high), wrong("cart", "fails", critical), wrong("cart", "odd", medium)
	pay := wrong("pay", "no host", high)
	for name, c := range map[string]struct {
		before, after list
		want          []string
	}{
		"it breaks":                      {nil, list{cart}, []string{"bad cart no host"}},
		"it breaks in several ways":      {nil, list{fails, cart, minor}, []string{"bad cart fails and 1 more"}},
		"it gets worse":                  {list{cart}, list{fails, cart}, []string{"bad cart fails"}},
		"it is mended in part":           {list{fails, cart}, list{cart}, nil},
		"it is mended":                   {list{fails, cart}, nil, []string{"ok cart No longer: fails and 1 more"}},
		"it is mended but for trifles":   {list{cart, minor}, list{minor}, []string{"ok cart No longer: no host"}},
		"one breaks, another is mended":  {list{fails}, list{cart}, []string{"bad cart no host"}},
		"nothing changes":                {list{cart}, list{cart}, nil},
		"trifles":                        {nil, list{minor}, nil},
		"two break, the worse one first": {nil, list{pay, fails}, []string{"bad cart fails", "bad pay no host"}},
		"a trifle becomes severe":        {list{wrong("cart", "x", medium)}, list{wrong("cart", "x", high)}, []string{"bad cart x (now High)"}},
		"what is severe gets critical":   {list{wrong("cart", "x", high)}, list{wrong("cart", "x", critical)}, []string{"bad cart x (now Critical)"}},
		"what is severe gets a trifle":   {list{wrong("cart", "x", high)}, list{wrong("cart", "x", medium)}, []string{"ok cart x (now Medium)"}},
		"what is critical gets better":   {list{wrong("cart", "x", critical)}, list{wrong("cart", "x", high)}, nil},
		"it is silenced":                 {list{cart}, list{silenced(cart)}, []string{"ok cart no host (silenced by shop/known)"}},
		"one of two is silenced":         {list{fails, cart}, list{cart, silenced(fails)}, nil},
		"the exception ends":             {list{silenced(cart)}, list{cart}, []string{"bad cart no host (no longer silenced)"}},
		"what is silent is mended":       {list{silenced(cart)}, nil, nil},
		"what breaks is silenced":        {nil, list{silenced(cart)}, nil},
	} {
		if got := composed(c.before, c.after); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The API server takes no more than 1,024 bytes, and only whole runes.
func TestALongMessageIsClipped(t *testing.T) {
	after := list{wrong("cart", strings.Repeat("é", 2000), analysis.High), wrong("cart", "other", analysis.High)}
	now := &findings.View{Findings: after}
	got := events.Compose(report.Nothing().Changes(now), now)[0].Message
	if len(got) > 1024 || len(got) < 1020 || !utf8.ValidString(got) || !strings.HasSuffix(got, "é… and 1 more") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
