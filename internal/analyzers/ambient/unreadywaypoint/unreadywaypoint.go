// Package unreadywaypoint flags waypoints that carry nothing.
package unreadywaypoint

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags waypoints that carry nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "unreadywaypoint",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A waypoint is not ready",
	Why:      "What is sent to the Services and workloads that ask for it fails, or passes it by without its policies and routes.",
	Fix:      "See what the Gateway's status and its Pods say.",
	Subject:  kinds.KubeGateways.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	g := kinds.KubeGateways.Of(p.Subject())
	if g.Spec.GatewayClassName != "istio-waypoint" || !g.Deleted.IsZero() || g.Created.IsZero() ||
		!p.Reached(g.Created.Add(kinds.Thresholds(p).GracePeriod)) {
		return
	}
	if field, problem := refused(g); problem != "" {
		report(p, g, field, problem)
	} else if deployment, problem := mesh.DeploymentFault(p, g); problem != "" {
		report(p, g, "", problem).Relate(deployment)
	}
}

// report takes a waypoint that nobody uses less seriously.
func report(p *analysis.Pass, g *kinds.KubeGateway, field, problem string) *analysis.Finding {
	f := p.Report(field, "%s", problem).
		FixBy("See why: kubectl describe gateways.gateway.networking.k8s.io/%s -n %s; "+
			"kubectl get deploy,pods -n %s -l gateway.networking.k8s.io/gateway-name=%s.",
			g.Name, g.Namespace, g.Namespace, g.Name)
	if !mesh.WaypointHasUsers(p, g) {
		f.At(analysis.Low)
	}
	return f
}

// refused is what the status says against a waypoint, and where; "" if nothing.
// That of an older generation says nothing. Without any, nobody has looked at
// the Gateway.
func refused(g *kinds.KubeGateway) (field, problem string) {
	accepted, programmed := g.Status.Accepted, g.Status.Programmed
	switch {
	case behind(g, accepted) || behind(g, programmed):
		return "", ""
	case accepted.Status == metav1.ConditionFalse:
		return "status.conditions", "its condition Accepted is False, reason " + accepted.Reason
	case programmed.Status == metav1.ConditionFalse:
		return "status.conditions", "its condition Programmed is False, reason " + programmed.Reason
	case !g.Status.Addressed:
		return "status", "its status has no address, without which istiod uses it for nothing"
	}
	return "", ""
}

func behind(g *kinds.KubeGateway, c kinds.Condition) bool {
	return c.ObservedGeneration != 0 && c.ObservedGeneration != g.Generation
}
