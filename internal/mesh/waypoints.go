package mesh

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Traffic is what a waypoint may take: what is sent to the address of a
// Service, or of a workload. Waypoints say it by the label
// istio.io/waypoint-for.
type Traffic string

// The kinds of traffic.
const (
	ServiceTraffic  Traffic = "service"
	WorkloadTraffic Traffic = "workload"
	AllTraffic      Traffic = "all"
	NoTraffic       Traffic = "none"
)

// BindingProblem is why istiod binds an object to no waypoint.
type BindingProblem uint8

// What comes of a use of a waypoint.
const (
	// Bound: the waypoint takes the object's traffic, once it has an address.
	Bound BindingProblem = iota
	// NoUse: the object declines, or cannot have a waypoint, or inherits one
	// that is for Services alone, which is as it should be.
	NoUse
	// Missing: there is no such Gateway.
	Missing
	// Denied: the Gateway's listener takes nothing from the namespace.
	Denied
	// WrongType: the waypoint is for other traffic.
	WrongType
	// SameGateway: the canary is the waypoint beside which it is used.
	SameGateway
	// WrongWeight: the weight of the canary is no number from 0 to 100.
	WrongWeight
)

// Waypoint finds the Gateway that is asked for; nil if there is none. As istiod
// does, it takes a Gateway of any class.
func Waypoint(r inventory.Reader, u WaypointUse) *kinds.KubeGateway {
	if u.None {
		return nil
	}
	return kinds.KubeGateways.Get(r, u.Namespace, u.Name)
}

// TrafficType is what a waypoint takes: by the label of the Gateway, else of
// its GatewayClass, else of Services. A value that is none of the four takes
// nothing.
//
// In files the GatewayClasses are off unless one is given, and then a check
// that comes here is not evaluated: so come late.
func TrafficType(r inventory.Reader, g *kinds.KubeGateway) Traffic {
	if t, ok := g.Labels[label.IoIstioWaypointFor.Name]; ok {
		return Traffic(t)
	}
	if c := kinds.GatewayClasses.Get(r, "", string(g.Spec.GatewayClassName)); c != nil {
		if t, ok := c.Labels[label.IoIstioWaypointFor.Name]; ok {
			return Traffic(t)
		}
	}
	return ServiceTraffic
}

// Takes tells whether the type includes traffic of one kind.
func (t Traffic) Takes(what Traffic) bool { return t == AllTraffic || t == what }

// Binding tells what comes of a use, as istiod's fetchWaypointForService and
// fetchWaypointForWorkload do, in their order. Whether the Gateway has an
// address already, without which istiod binds nothing either, is not asked.
func Binding(r inventory.Reader, u WaypointUse, what Traffic) BindingProblem {
	if u.None || u.unbindable {
		return NoUse
	}
	if p := u.canaryProblem(); p != Bound {
		return p
	}
	g := Waypoint(r, u)
	switch {
	case g == nil:
		return Missing
	case AllowsUse(r, g, u.namespace) == No:
		return Denied
	case TrafficType(r, g).Takes(what):
		return Bound
	case what == WorkloadTraffic && u.Inherited:
		return NoUse
	}
	return WrongType
}

func (u *WaypointUse) canaryProblem() BindingProblem {
	c := u.canary
	switch {
	case c == nil:
		return Bound
	case c.beside.Namespace == u.Namespace && c.beside.Name == u.Name:
		return SameGateway
	case !c.validWeight():
		return WrongWeight
	}
	return Bound
}
