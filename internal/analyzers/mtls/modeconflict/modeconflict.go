// Package modeconflict flags TLS settings of clients that workloads refuse.
package modeconflict

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags DestinationRules whose TLS mode the called workload refuses.
var Analyzer = &analysis.Analyzer{
	Name:     "modeconflict",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Clients connect in a TLS mode that the workload refuses",
	Why: "What a DestinationRule makes clients speak and what a PeerAuthentication makes the server demand do not fit, " +
		"so each connection between them is reset.",
	Fix: "Take the TLS mode out of the DestinationRule: sidecars then choose what the server understands (auto mTLS). " +
		"If it must stay, give the PeerAuthentication of the workload and port the mode that fits.",
	Equivalents: []string{"KIA0207", "KIA0208", "KIA0505", "KIA0506"},
	Subject:     kinds.DestinationRules.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	rule := kinds.DestinationRules.Of(p.Subject())
	open := map[string]bool{} // settings whose finding may still say more
	for s := range mesh.ClientSettings(rule) {
		open[s.Field] = true
	}
	found := map[string]*analysis.Finding{}
	for c := range mesh.TLSConflicts(p, rule) {
		f := found[c.Field]
		if f == nil {
			f = p.Report(c.Field+".mode", "%s", describe(&c))
			found[c.Field] = f
		}
		if c.Live {
			f.At(analysis.Critical)
		}
		relate(f, &c)
		if len(f.Related) == analysis.MaxRelated {
			delete(open, c.Field)
		}
		if len(open) == 0 {
			return
		}
	}
}

func describe(c *mesh.TLSConflict) string {
	does := fmt.Sprintf("clients get mode %s for Service %s/%s, but %s",
		c.Settings.GetMode(), c.Service.Namespace, c.Service.Name, c.Workload)
	if c.By == nil {
		return does + " has no sidecar that could take mutual TLS"
	}
	by := kinds.PeerAuthentications.Ref(c.By.Namespace, c.By.Name)
	if c.Server == mesh.Strict {
		return fmt.Sprintf("%s demands mutual TLS on port %d (STRICT by %s)", does, c.Port, by)
	}
	return fmt.Sprintf("%s takes no mutual TLS on port %d (DISABLE by %s)", does, c.Port, by)
}

func relate(f *analysis.Finding, c *mesh.TLSConflict) {
	f.Relate(c.Workload)
	if c.By != nil {
		f.Relate(kinds.PeerAuthentications.Ref(c.By.Namespace, c.By.Name))
	}
	f.Relate(kinds.Services.Ref(c.Service.Namespace, c.Service.Name))
}
