// Package selectornoworkload flags Gateways that no proxy takes on.
package selectornoworkload

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Gateways that no proxy takes on.
var Analyzer = &analysis.Analyzer{
	Name:        "selectornoworkload",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "The selector of a Gateway matches no workload",
	Why:         "No proxy opens the Gateway's ports, so that nothing sent to its hosts arrives.",
	Fix:         "Correct the selector to labels of the gateway's Pods (kubectl get pods -A -l istio --show-labels), or install the gateway.",
	Equivalents: []string{"IST0101", "KIA0302"},
	Subject:     kinds.Gateways.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	g := kinds.Gateways.Of(p.Subject())
	if !g.Deleted.IsZero() || mesh.SelectsGateway(p, g) || mesh.RemoteClusters(p) {
		return
	}
	where := "any namespace"
	if scope := mesh.GatewayScope(p, g); scope != "" {
		where = "namespace " + scope + ", the only one in which istiod looks"
	}
	p.Report("spec.selector", "selector %s matches neither a Pod nor the Pods of any controller in %s",
		mesh.LabelText(g.Spec.GetSelector()), where)
}
