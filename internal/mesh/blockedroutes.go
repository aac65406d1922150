package mesh

import (
	"iter"
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// BlockedRoute is a destination that NetworkPolicies keep from a gateway.
type BlockedRoute struct {
	Destination
	Gateway *kinds.Gateway
	// From is a workload of the gateway, To one of the destination, and Port
	// that of its Pods.
	From, To inventory.Ref
	Port     int32
	Barrier  Barrier
}

// BlockedRoutes yields the destinations of a VirtualService that no workload of
// a gateway of its can connect to, because NetworkPolicies certainly forbid it
// for each of the destination's workloads; one for each host and gateway. Left
// out are mirrors, what gets no request, what lies behind a ServiceEntry, and
// what is in ambient mode, which gateways reach by another port.
func BlockedRoutes(r inventory.Reader, vs *kinds.VirtualService) iter.Seq[BlockedRoute] {
	return func(yield func(BlockedRoute) bool) {
		fronts := sync.OnceValue(func() []Entrance { return fronts(r, vs) })
		seen := map[string]bool{} // host and gateway that are blocked; with the port, that are not
		for d := range Destinations(vs) {
			if d.Mirror || d.Idle {
				continue
			}
			for _, g := range gatewaysTo(vs, d.Field, fronts()) {
				key := d.FQDN + " " + kinds.NamespacedName(g.Namespace, g.Name)
				port := key + " " + strconv.FormatUint(uint64(d.GetPort().GetNumber()), 10)
				if seen[key] || seen[port] {
					continue
				}
				b, blocked := blockedRoute(r, g, d)
				if !blocked {
					seen[port] = true
					continue
				}
				seen[key] = true
				if !yield(b) {
					return
				}
			}
		}
	}
}

// fronts are the servers, for a host of a VirtualService, of the gateways that
// it names.
func fronts(r inventory.Reader, vs *kinds.VirtualService) []Entrance {
	var out []Entrance
	for _, name := range vs.Spec.GetGateways() {
		g := GatewayNamed(r, name, vs.Namespace)
		if name == kinds.MeshGateway || g == nil || !g.Deleted.IsZero() {
			continue
		}
		for _, s := range g.Spec.GetServers() {
			if servesAny(g, s, vs) {
				out = append(out, Entrance{Gateway: g, Server: s})
			}
		}
	}
	return out
}

// gatewaysTo are the Gateways of servers that lead to the route in which a
// field lies.
func gatewaysTo(vs *kinds.VirtualService, field string, fronts []Entrance) []*kinds.Gateway {
	var out []*kinds.Gateway
	for i := range fronts {
		e := &fronts[i]
		if !slices.Contains(out, e.Gateway) && e.leadsTo(vs, field) {
			out = append(out, e.Gateway)
		}
	}
	return out
}

func blockedRoute(r inventory.Reader, g *kinds.Gateway, d Destination) (out BlockedRoute, blocked bool) {
	port := servicePort(r, d)
	if port == nil || port.Protocol != corev1.ProtocolTCP {
		return out, false
	}
	service := LookUp(r, d.FQDN).Service
	for from := range GatewayTemplates(r, g) {
		if from.Role() != GatewayProxy {
			return out, false
		}
		for to := range Backends(r, service) {
			number, known := TargetPort(port, to.Spec)
			if !known || inAmbient(r, &to) {
				return out, false
			}
			reached, barrier := Reaches(r, &from, &to, number)
			if reached != No {
				return out, false
			}
			if !blocked {
				out = BlockedRoute{d, g, WorkloadOf(r, &from), WorkloadOf(r, &to), number, barrier}
				blocked = true
			}
		}
	}
	return out, blocked && !RemoteClusters(r)
}

// servicePort is the port of a Service to which a destination leads; nil if
// that is not certain.
func servicePort(r inventory.Reader, d Destination) *kinds.ServicePort {
	found := LookUp(r, d.FQDN)
	s := found.Service
	switch {
	case s == nil || len(found.Entries) > 0 || s.Type == corev1.ServiceTypeExternalName:
		return nil
	case d.GetPort().GetNumber() != 0:
		return s.Port(int32(d.GetPort().GetNumber())) //nolint:gosec // a port
	case len(s.Ports) == 1:
		return &s.Ports[0]
	}
	return nil
}

func inAmbient(r inventory.Reader, t *Template) bool {
	w, ok := kinds.ResolveWorkload(r, WorkloadOf(r, t))
	return ok && AmbientWorkload(r, w)
}
