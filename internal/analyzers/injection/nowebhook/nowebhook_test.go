package nowebhook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers/injection/nowebhook"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TestNothingInstalled: fixtures hold one webhook configuration at least, or
// the kind is off.
func TestNothingInstalled(t *testing.T) {
	for _, tt := range []struct {
		state      inventory.State
		key, value string
		finding    string
		reason     inventory.State
	}{
		{inventory.Listed, "istio-injection", "enabled", "no injector of Istio's is installed", 0},
		{inventory.Listed, "istio.io/rev", "canary", "no injector of Istio's is installed", 0},
		{inventory.Listed, "istio-injection", "disabled", "", 0},
		{inventory.Off, "istio-injection", "disabled", "", 0},
		{inventory.Off, "istio-injection", "enabled", "", inventory.Off},
		{inventory.Forbidden, "istio-injection", "enabled", "", inventory.Forbidden},
	} {
		ns := kinds.NewNamespace("shop")
		ns.Labels = map[string]string{tt.key: tt.value}
		subject := &inventory.Object{Ref: kinds.Namespaces.Ref("", "shop"), Value: ns}
		s := inventory.New(kinds.Schema())
		for _, row := range kinds.Rows() {
			s.SetState(row.Kind, "", inventory.Listed)
		}
		s.SetState(kinds.MutatingWebhooks.Name, "", tt.state)
		s.Apply(subject)
		checks := []analysis.Check{{Category: "injection", Analyzer: nowebhook.Analyzer}}
		r := analysis.Run(checks, analysis.Subject{Object: subject}, s, nil, time.Time{}, func(p analysis.Panic) { t.Error(p) })
		switch {
		case tt.reason != 0:
			if r == nil || len(r.NotEvaluated) != 1 || r.NotEvaluated[0].Reason != tt.reason {
				t.Errorf("%+v: %+v", tt, r)
			}
		case tt.finding == "":
			if r != nil {
				t.Errorf("%+v: %+v", tt, r)
			}
		case r == nil || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, tt.finding):
			t.Errorf("%+v: %+v", tt, r)
		}
	}
}
