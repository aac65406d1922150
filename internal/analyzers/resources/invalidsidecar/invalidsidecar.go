// Package invalidsidecar flags Sidecars that Istio refuses or warns of.
package invalidsidecar

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Sidecars against which Istio's own validation has something.
var Analyzer = &analysis.Analyzer{
	Name:     "invalidsidecar",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Sidecar object is not valid",
	Why: "Istio's webhook refuses it, so that the next change to it cannot be applied; where it was applied without the webhook, " +
		"proxies get listeners other than meant, or none.",
	Fix:         "Correct the field; `istioctl validate -f FILE` checks it as the webhook does.",
	Equivalents: []string{"IST0106", "IST0133"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() {
		return
	}
	for _, fault := range mesh.SidecarFaults(s.Spec) {
		f := p.Report(fault.Field, "%s", fault.Text)
		if fault.Warning {
			f.At(analysis.Low)
		}
	}
}
