package policy

import (
	"k8s.io/apimachinery/pkg/types"

	reports "github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// Sources is what decides which objects are watched.
type Sources interface {
	SetEnabled(kind inventory.Kind, on bool)
	SetExtraConfigMaps(names []types.NamespacedName)
}

// Targets are what the settings act on.
type Targets struct {
	Inbox   *inventory.Inbox
	Ledger  interface{ SetPolicy(p findings.Policy) }
	Sources Sources
	Cloud   interface{ Configure(c cloud.Config) }
	Reports interface{ SetLimits(l reports.Limits) }
	Metrics interface{ SetLimits(l metrics.Limits) }
	// Events and OpenReports are nil where nothing writes them.
	Events      Switch
	OpenReports Switch
}

// Switch turns on and off what is written.
type Switch interface{ SetEnabled(on bool) }

// apply swaps all settings. Those that checks read come last and as one, so
// that nothing is evaluated by half of a policy.
func (t *Targets) apply(s *Settings) {
	t.Reports.SetLimits(s.Reports)
	t.Metrics.SetLimits(s.Metrics)
	turn(t.Events, s.Events)
	turn(t.OpenReports, s.OpenReports)
	t.Ledger.SetPolicy(s.Findings)
	t.Sources.SetEnabled(kinds.Secrets.Name, s.Secrets)
	t.Sources.SetExtraConfigMaps(s.ConfigMaps)
	t.Cloud.Configure(s.AWS)
	t.Inbox.Update(func(b *inventory.Batch) {
		for _, o := range s.Objects() {
			b.Put(o)
		}
		b.SetState(kinds.SettingsKind, "", inventory.Listed)
	})
}

func turn(s Switch, on bool) {
	if s != nil {
		s.SetEnabled(on)
	}
}
