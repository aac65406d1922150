package mesh

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServiceWaypoint is the waypoint that takes requests to a Service, and whether
// one does.
func ServiceWaypoint(r inventory.Reader, s *kinds.Service) (*kinds.KubeGateway, bool) {
	u, ok := WaypointUsed(r, kinds.Services.Name, &s.Meta)
	return bound(r, u, ok, ServiceTraffic)
}

// EntryWaypoint is the waypoint that takes requests to the hosts of a
// ServiceEntry, and whether one does.
func EntryWaypoint(r inventory.Reader, e *kinds.ServiceEntry) (*kinds.KubeGateway, bool) {
	u, ok := WaypointUsed(r, kinds.ServiceEntries.Name, &e.Meta)
	return bound(r, u, ok, ServiceTraffic)
}

// WorkloadWaypoint is the waypoint that takes requests to the addresses of
// Pods, and whether one does.
func WorkloadWaypoint(r inventory.Reader, t *Template) (*kinds.KubeGateway, bool) {
	u, ok := WorkloadWaypointUsed(r, t)
	return bound(r, u, ok, WorkloadTraffic)
}

func bound(r inventory.Reader, u WaypointUse, used bool, what Traffic) (*kinds.KubeGateway, bool) {
	if !used || Binding(r, u, what) != Bound {
		return nil, false
	}
	return Waypoint(r, u), true
}

// HostWaypoint is the waypoint that takes requests to a host, given by its full
// name; nil if none does. ambient tells whether ztunnel is to carry all that
// stands behind the host, by its labels. known is false, and all else says
// nothing, unless one Service or ServiceEntry of this cluster stands there.
func HostWaypoint(r inventory.Reader, fqdn string) (g *kinds.KubeGateway, ambient, known bool) {
	at := LookUp(r, fqdn)
	switch {
	case at.Foreign:
		return nil, false, false
	case at.Service != nil && len(at.Entries) == 0:
		ambient = allAmbient(r, Backends(r, at.Service))
		g, _ = ServiceWaypoint(r, at.Service)
	case at.Service == nil && len(at.Entries) == 1:
		e := at.Entries[0]
		ambient = allAmbient(r, entryBackends(r, e))
		g, _ = EntryWaypoint(r, e)
	default:
		return nil, false, false
	}
	return g, ambient, true
}

// entryBackends yields the Pods that a ServiceEntry selects, by [Makers].
func entryBackends(r inventory.Reader, e *kinds.ServiceEntry) iter.Seq[Template] {
	selector := e.Spec.GetWorkloadSelector().GetLabels()
	if len(selector) == 0 {
		return func(func(Template) bool) {}
	}
	return Makers(r, e.Namespace, selector)
}

// allAmbient: nothing is in ambient mode where there is nothing.
func allAmbient(r inventory.Reader, backends iter.Seq[Template]) bool {
	some := false
	for t := range backends {
		if some = true; !asksForAmbient(r, &t) {
			return false
		}
	}
	return some
}
