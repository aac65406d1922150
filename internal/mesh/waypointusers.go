package mesh

import (
	"istio.io/api/label"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// WaypointAskers are the kinds, beside workloads, whose labels ask for waypoints.
var WaypointAskers = []inventory.Kind{
	kinds.Namespaces.Name, kinds.Services.Name, kinds.ServiceEntries.Name, kinds.WorkloadEntries.Name,
}

// WaypointHasUsers tells whether anything asks for a waypoint by label: a
// Namespace, a workload, or a Service or ServiceEntry of the waypoint's
// namespace. Those of other namespaces are not looked at: where a listener
// takes from others, they count as users.
func WaypointHasUsers(r inventory.Reader, g *kinds.KubeGateway) bool {
	for i := range g.Spec.Listeners {
		if takesOthers(&g.Spec.Listeners[i]) {
			return true
		}
	}
	key := label.IoIstioUseWaypoint.Name
	for ns := range kinds.NamespacesByLabel.Everywhere(r, kinds.LabelKey(key, g.Name)) {
		if askingOf(kinds.Namespaces.Name, &ns.Meta).asksFor(g) {
			return true
		}
	}
	for t := range Templates(r, "", map[string]string{key: g.Name}) {
		if ofPods(&t).asksFor(g) {
			return true
		}
	}
	for s := range kinds.Services.In(r, g.Namespace) {
		if askingOf(kinds.Services.Name, &s.Meta).asksFor(g) {
			return true
		}
	}
	for e := range kinds.ServiceEntries.In(r, g.Namespace) {
		if askingOf(kinds.ServiceEntries.Name, &e.Meta).asksFor(g) {
			return true
		}
	}
	return false
}

func takesOthers(l *gatewayv1.Listener) bool {
	return l.AllowedRoutes != nil && l.AllowedRoutes.Namespaces != nil && l.AllowedRoutes.Namespaces.From != nil &&
		*l.AllowedRoutes.Namespaces.From != gatewayv1.NamespacesFromSame
}

// asksFor tells whether the object's own labels name a Gateway, as waypoint or
// as its canary.
func (a asking) asksFor(g *kinds.KubeGateway) bool {
	for _, pair := range []labelPair{waypointLabels, canaryLabels} {
		if u, ok := a.own(pair); ok && !u.None && u.Name == g.Name && u.Namespace == g.Namespace {
			return true
		}
	}
	return false
}
