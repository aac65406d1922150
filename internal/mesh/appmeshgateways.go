package mesh

import (
	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// GatewayLinks are the links of a VirtualGateway: that to its Mesh.
func GatewayLinks(r inventory.Reader, g *kinds.AppMeshVirtualGateway) []AppMeshLink {
	return meshLinks(r, g)
}

// GatewayRouteLinks are the links of a GatewayRoute: to its Mesh, its
// VirtualGateway and the VirtualService to which it leads.
func GatewayRouteLinks(r inventory.Reader, g *kinds.AppMeshGatewayRoute) []AppMeshLink {
	out := meshLinks(r, g)
	if to := g.Spec.VirtualGatewayRef; to != nil && to.Name != "" {
		ref := &appmesh.Reference{Namespace: to.Namespace, Name: to.Name}
		l := AppMeshLink{
			Field:  "spec.virtualGatewayRef.name",
			Target: appMeshRef(kinds.AppMeshVirtualGateways.Name, ref, g.Namespace),
		}
		if found := kinds.AppMeshVirtualGateways.Get(r, l.Target.Namespace, l.Target.Name); found != nil {
			l.sameUID("spec.virtualGatewayRef.uid", to.UID, found.UID)
		}
		out = append(out, l)
	}
	for name, action := range gatewayActions(g.Spec) {
		t := &action.Target.VirtualService
		out = append(out, virtualServices.link(r, "spec."+name+".action.target.virtualService", "virtualServiceRef",
			t.VirtualServiceRef, t.VirtualServiceARN, g.Namespace))
	}
	return out
}

func gatewayActions(s *appmesh.GatewayRouteSpec) func(yield func(string, *appmesh.GatewayRouteAction) bool) {
	return func(yield func(string, *appmesh.GatewayRouteAction) bool) {
		_ = (s.HTTPRoute == nil || yield("httpRoute", &s.HTTPRoute.Action)) &&
			(s.HTTP2Route == nil || yield("http2Route", &s.HTTP2Route.Action)) &&
			(s.GRPCRoute == nil || yield("grpcRoute", &s.GRPCRoute.Action))
	}
}
