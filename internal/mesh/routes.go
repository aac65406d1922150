package mesh

import (
	"iter"
	"strconv"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Destination is one place to which a VirtualService sends requests.
type Destination struct {
	*networking.Destination
	// Field is its path, such as spec.http[0].route[1].destination.
	Field string
	// FQDN is [kinds.ResolveHost] of its host. For what exists, look it up by
	// [LookUp].
	FQDN string
	// Mirror: it gets copies, whose responses nobody sees.
	Mirror bool
	// Idle: it gets nothing, since its weight is 0 and another's is not, or
	// since 0 % are mirrored to it.
	Idle bool
}

// Destinations yields every destination of a VirtualService that has a host:
// routes and mirrors of http, then tls and tcp, in the order of the object.
func Destinations(vs *kinds.VirtualService) iter.Seq[Destination] {
	return func(yield func(Destination) bool) {
		emit := func(d *networking.Destination, field string, mirror, idle bool) bool {
			if d.GetHost() == "" {
				return true
			}
			return yield(Destination{
				Destination: d, Field: field, FQDN: kinds.ResolveHost(d.GetHost(), vs.Namespace),
				Mirror: mirror, Idle: idle,
			})
		}
		_ = httpDestinations(vs.Spec.GetHttp(), emit) &&
			tlsDestinations(vs.Spec.GetTls(), emit) && tcpDestinations(vs.Spec.GetTcp(), emit)
	}
}

// emitter hands on a destination and tells whether to go on.
type emitter func(d *networking.Destination, field string, mirror, idle bool) bool

func httpDestinations(routes []*networking.HTTPRoute, emit emitter) bool {
	for i, route := range routes {
		at := item("spec.http", i)
		if !weighted(route.GetRoute(), at, emit) {
			return false
		}
		none := route.GetMirrorPercentage() != nil && route.GetMirrorPercentage().GetValue() == 0
		if !emit(route.GetMirror(), at+".mirror", true, none) {
			return false
		}
		for j, m := range route.GetMirrors() {
			none := m.GetPercentage() != nil && m.GetPercentage().GetValue() == 0
			if !emit(m.GetDestination(), item(at+".mirrors", j)+".destination", true, none) {
				return false
			}
		}
	}
	return true
}

func tlsDestinations(routes []*networking.TLSRoute, emit emitter) bool {
	for i, route := range routes {
		if !weighted(route.GetRoute(), item("spec.tls", i), emit) {
			return false
		}
	}
	return true
}

func tcpDestinations(routes []*networking.TCPRoute, emit emitter) bool {
	for i, route := range routes {
		if !weighted(route.GetRoute(), item("spec.tcp", i), emit) {
			return false
		}
	}
	return true
}

// weightedRoute is a destination with its share of a route.
type weightedRoute interface {
	GetDestination() *networking.Destination
	GetWeight() int32
}

// weighted emits the destinations of one route. As istiod does, the only
// destination of a route gets everything whatever its weight, and among
// several one of weight 0 nothing.
func weighted[R weightedRoute](routes []R, at string, emit emitter) bool {
	for i, r := range routes {
		idle := len(routes) > 1 && r.GetWeight() == 0
		if !emit(r.GetDestination(), item(at+".route", i)+".destination", false, idle) {
			return false
		}
	}
	return true
}

// item is the path of a list's item.
func item(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
