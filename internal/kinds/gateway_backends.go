package kinds

import gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

// Backends yields the references of a route's spec to backends, mirrors
// included, until it is told to stop.
type Backends[S any] func(spec *S, yield func(*gatewayv1.BackendObjectReference) bool)

// HTTPBackends are the backends of an HTTPRoute.
func HTTPBackends(s *gatewayv1.HTTPRouteSpec, yield func(*gatewayv1.BackendObjectReference) bool) {
	for i := range s.Rules {
		rule := &s.Rules[i]
		if !httpMirrors(rule.Filters, yield) {
			return
		}
		for j := range rule.BackendRefs {
			b := &rule.BackendRefs[j]
			if !yield(&b.BackendObjectReference) || !httpMirrors(b.Filters, yield) {
				return
			}
		}
	}
}

func httpMirrors(filters []gatewayv1.HTTPRouteFilter, yield func(*gatewayv1.BackendObjectReference) bool) bool {
	for i := range filters {
		if m := filters[i].RequestMirror; m != nil && !yield(&m.BackendRef) {
			return false
		}
	}
	return true
}

// GRPCBackends are the backends of a GRPCRoute.
func GRPCBackends(s *gatewayv1.GRPCRouteSpec, yield func(*gatewayv1.BackendObjectReference) bool) {
	for i := range s.Rules {
		rule := &s.Rules[i]
		if !grpcMirrors(rule.Filters, yield) {
			return
		}
		for j := range rule.BackendRefs {
			b := &rule.BackendRefs[j]
			if !yield(&b.BackendObjectReference) || !grpcMirrors(b.Filters, yield) {
				return
			}
		}
	}
}

func grpcMirrors(filters []gatewayv1.GRPCRouteFilter, yield func(*gatewayv1.BackendObjectReference) bool) bool {
	for i := range filters {
		if m := filters[i].RequestMirror; m != nil && !yield(&m.BackendRef) {
			return false
		}
	}
	return true
}

// TLSBackends are the backends of a TLSRoute.
func TLSBackends(s *gatewayv1.TLSRouteSpec, yield func(*gatewayv1.BackendObjectReference) bool) {
	for i := range s.Rules {
		if !plainBackends(s.Rules[i].BackendRefs, yield) {
			return
		}
	}
}

// TCPBackends are the backends of a TCPRoute.
func TCPBackends(s *gatewayv1.TCPRouteSpec, yield func(*gatewayv1.BackendObjectReference) bool) {
	for i := range s.Rules {
		if !plainBackends(s.Rules[i].BackendRefs, yield) {
			return
		}
	}
}

// UDPBackends are the backends of a UDPRoute.
func UDPBackends(s *gatewayv1.UDPRouteSpec, yield func(*gatewayv1.BackendObjectReference) bool) {
	for i := range s.Rules {
		if !plainBackends(s.Rules[i].BackendRefs, yield) {
			return
		}
	}
}

func plainBackends(refs []gatewayv1.BackendRef, yield func(*gatewayv1.BackendObjectReference) bool) bool {
	for i := range refs {
		if !yield(&refs[i].BackendObjectReference) {
			return false
		}
	}
	return true
}
