// Package unusedwaypoint flags labels that name a waypoint where no ambient mode
// is.
package unusedwaypoint

import (
	"cmp"
	"fmt"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags labels that name a waypoint where no ambient mode is.
var Analyzer = &analysis.Analyzer{
	Name:        "unusedwaypoint",
	Severity:    analysis.Low,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A waypoint is named where no ambient mode is",
	Why:         "Requests go through a waypoint only by way of ztunnel: without it, the policies and routes that the waypoint should apply are not applied.",
	Fix:         "Take the namespace into ambient mode (kubectl label namespace NAME istio.io/dataplane-mode=ambient), or remove istio.io/use-waypoint.",
	Equivalents: []string{"KIA1312"},
	Subject:     analysis.Workload,
	Also:        mesh.IdleWaypointKinds,
	Run:         run,
}

var useLabel = label.IoIstioUseWaypoint.Name

func run(p *analysis.Pass) {
	switch o := p.Subject(); o.Ref.Kind {
	case kinds.Namespaces.Name:
		if ns := kinds.Namespaces.Of(o); !ns.Terminating {
			object(p, &ns.Meta)
		}
	case kinds.Services.Name:
		if s := kinds.Services.Of(o); s.Deleted.IsZero() {
			object(p, &s.Meta)
		}
	default:
		workload(p)
	}
}

func object(p *analysis.Pass, m *kinds.Meta) {
	name, managed := m.Labels[useLabel], m.Labels[label.GatewayManaged.Name]
	if name == "" || name == "none" || managed != "" || !mesh.IdleWaypoint(p, p.Subject().Ref.Kind, m) {
		return
	}
	p.Report(mesh.LabelField(useLabel), "%s=%s has no effect: no Namespace or workload is in ambient mode, whose ztunnel "+
		"would send requests to the waypoint", useLabel, name).FixBy("%s", fix(p, cmp.Or(m.Namespace, m.Name)))
}

func workload(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	name := t.Labels[useLabel]
	_, gateway := t.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	if name == "" || name == "none" || gateway || t.Component() != mesh.NoComponent || !mesh.OutsideAmbient(p, w) {
		return
	}
	p.Report(mesh.PodField(w.Ref.Kind, mesh.LabelField(useLabel)),
		"%s=%s is on Pods that are not in ambient mode", useLabel, name).FixBy("%s", fix(p, w.Namespace()))
}

func fix(p *analysis.Pass, namespace string) string {
	return fmt.Sprintf("Take the namespace into ambient mode (kubectl label namespace %s "+
		"istio.io/dataplane-mode=ambient), or remove %s from %s.", namespace, useLabel, p.Subject().Ref)
}
