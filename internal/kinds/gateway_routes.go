package kinds

import (
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of the Gateway API's route kinds.
type (
	// HTTPRoute is the Gateway API's, not App Mesh's.
	HTTPRoute = Resource[gatewayv1.HTTPRouteSpec]
	// GRPCRoute routes gRPC calls.
	GRPCRoute = Resource[gatewayv1.GRPCRouteSpec]
	// TLSRoute routes TLS connections by their SNI.
	TLSRoute = Resource[gatewayv1.TLSRouteSpec]
	// TCPRoute forwards connections.
	TCPRoute = Resource[gatewayv1.TCPRouteSpec]
	// UDPRoute forwards datagrams.
	UDPRoute = Resource[gatewayv1.UDPRouteSpec]
)

var (
	httpRouteInfo = &inventory.KindInfo{Kind: "HTTPRoute.gateway.networking.k8s.io", Namespaced: true}
	grpcRouteInfo = &inventory.KindInfo{Kind: "GRPCRoute.gateway.networking.k8s.io", Namespaced: true}
	tlsRouteInfo  = &inventory.KindInfo{Kind: "TLSRoute.gateway.networking.k8s.io", Namespaced: true}
	tcpRouteInfo  = &inventory.KindInfo{Kind: "TCPRoute.gateway.networking.k8s.io", Namespaced: true}
	udpRouteInfo  = &inventory.KindInfo{Kind: "UDPRoute.gateway.networking.k8s.io", Namespaced: true}
)

// routeKeyFields are the fields of routes from which indexes take their keys.
var routeKeyFields = []string{
	"spec.parentRefs.group", "spec.parentRefs.kind", "spec.parentRefs.namespace", "spec.parentRefs.name",
	"spec.rules.backendRefs.group", "spec.rules.backendRefs.kind",
	"spec.rules.backendRefs.namespace", "spec.rules.backendRefs.name",
	"spec.rules.filters.requestMirror.backendRef", "spec.rules.backendRefs.filters.requestMirror.backendRef",
}

var (
	// HTTPRoutes is the kind HTTPRoute.
	HTTPRoutes = resource[gatewayv1.HTTPRouteSpec](Row{
		KindInfo: httpRouteInfo, Plural: "httproutes", Versions: []string{"v1", "v1beta1"}, KeyFields: routeKeyFields,
	})
	// GRPCRoutes is the kind GRPCRoute.
	GRPCRoutes = resource[gatewayv1.GRPCRouteSpec](Row{
		KindInfo: grpcRouteInfo, Plural: "grpcroutes", Versions: []string{"v1", "v1alpha2"}, KeyFields: routeKeyFields,
	})
	// TLSRoutes is the kind TLSRoute.
	TLSRoutes = resource[gatewayv1.TLSRouteSpec](Row{
		KindInfo: tlsRouteInfo, Plural: "tlsroutes", Versions: []string{"v1", "v1alpha3", "v1alpha2"},
		KeyFields: routeKeyFields,
	})
	// TCPRoutes is the kind TCPRoute.
	TCPRoutes = resource[gatewayv1.TCPRouteSpec](Row{
		KindInfo: tcpRouteInfo, Plural: "tcproutes", Versions: []string{"v1", "v1alpha2"}, KeyFields: routeKeyFields,
	})
	// UDPRoutes is the kind UDPRoute.
	UDPRoutes = resource[gatewayv1.UDPRouteSpec](Row{
		KindInfo: udpRouteInfo, Plural: "udproutes", Versions: []string{"v1", "v1alpha2"}, KeyFields: routeKeyFields,
	})
)

// Indexes of routes by the [RefKey] of each parent (a Gateway if its reference
// names no kind), everywhere.
var (
	HTTPRoutesByParent = byParent(httpRouteInfo,
		func(s *gatewayv1.HTTPRouteSpec) []gatewayv1.ParentReference { return s.ParentRefs })
	GRPCRoutesByParent = byParent(grpcRouteInfo,
		func(s *gatewayv1.GRPCRouteSpec) []gatewayv1.ParentReference { return s.ParentRefs })
	TLSRoutesByParent = byParent(tlsRouteInfo,
		func(s *gatewayv1.TLSRouteSpec) []gatewayv1.ParentReference { return s.ParentRefs })
	TCPRoutesByParent = byParent(tcpRouteInfo,
		func(s *gatewayv1.TCPRouteSpec) []gatewayv1.ParentReference { return s.ParentRefs })
	UDPRoutesByParent = byParent(udpRouteInfo,
		func(s *gatewayv1.UDPRouteSpec) []gatewayv1.ParentReference { return s.ParentRefs })
)

// Indexes of routes by the [RefKey] of each backend (a Service if its reference
// names no kind), mirrors included, everywhere.
var (
	HTTPRoutesByBackend = byBackend(httpRouteInfo, HTTPBackends)
	GRPCRoutesByBackend = byBackend(grpcRouteInfo, GRPCBackends)
	TLSRoutesByBackend  = byBackend(tlsRouteInfo, TLSBackends)
	TCPRoutesByBackend  = byBackend(tcpRouteInfo, TCPBackends)
	UDPRoutesByBackend  = byBackend(udpRouteInfo, UDPBackends)
)

func byParent[S any](info *inventory.KindInfo, parents func(*S) []gatewayv1.ParentReference) Index[Resource[S]] {
	return index(info, "parent", func(r *Resource[S]) []inventory.Key {
		var refs []string
		for _, p := range parents(r.Spec) {
			refs = append(refs, RefKey(ParentRef(&p, r.Namespace)))
		}
		return clusterKeys(refs...)
	})
}

func byBackend[S any](info *inventory.KindInfo, backends Backends[S]) Index[Resource[S]] {
	return index(info, "backend", func(r *Resource[S]) []inventory.Key {
		var refs []string
		backends(r.Spec, func(b *gatewayv1.BackendObjectReference) bool {
			refs = append(refs, RefKey(BackendRef(b, r.Namespace)))
			return true
		})
		return clusterKeys(refs...)
	})
}

// ParentRef names the object that a parent reference of a route in a namespace
// means.
func ParentRef(p *gatewayv1.ParentReference, namespace string) inventory.Ref {
	return KubeRef(p.Group, p.Kind, p.Namespace, p.Name, "Gateway.gateway.networking.k8s.io", namespace)
}

// BackendRef names the object that a backend reference in a namespace means.
func BackendRef(b *gatewayv1.BackendObjectReference, namespace string) inventory.Ref {
	return KubeRef(b.Group, b.Kind, b.Namespace, b.Name, "Service", namespace)
}
