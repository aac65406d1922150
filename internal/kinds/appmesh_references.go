package kinds

import (
	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Indexes of App Mesh's kinds by what they refer to, everywhere. The value is
// [AppMeshKey]: the ARN where one is given, else the [RefKey].
var (
	// AppMeshVirtualNodesByBackend finds virtual nodes by each virtual service
	// among their own backends (not those of their groups).
	AppMeshVirtualNodesByBackend = index(virtualNodeInfo, "backend", func(v *AppMeshVirtualNode) []inventory.Key {
		var keys []string
		for i := range v.Spec.Backends {
			b := &v.Spec.Backends[i].VirtualService
			keys = append(keys, AppMeshKey(appMeshServiceKind, b.VirtualServiceARN, b.VirtualServiceRef, v.Namespace))
		}
		return clusterKeys(keys...)
	})
	// AppMeshVirtualNodesByBackendGroup finds virtual nodes by each of their
	// backend groups.
	AppMeshVirtualNodesByBackendGroup = index(virtualNodeInfo, "backendgroup",
		func(v *AppMeshVirtualNode) []inventory.Key {
			return referenceKeys(backendGroupKind, v.Spec.BackendGroups, v.Namespace)
		})
	// AppMeshVirtualServicesByProvider finds virtual services by their virtual
	// node or virtual router.
	AppMeshVirtualServicesByProvider = index(appMeshServiceInfo, "provider",
		func(v *AppMeshVirtualService) []inventory.Key { return clusterKeys(providers(v)...) })
	// AppMeshVirtualRoutersByTarget finds virtual routers by each virtual node
	// among the targets of their routes.
	AppMeshVirtualRoutersByTarget = index(virtualRouterInfo, "target", func(v *AppMeshVirtualRouter) []inventory.Key {
		var keys []string
		for i := range v.Spec.Routes {
			for _, t := range AppMeshTargets(&v.Spec.Routes[i]) {
				keys = append(keys, AppMeshKey(virtualNodeKind, t.VirtualNodeARN, t.VirtualNodeRef, v.Namespace))
			}
		}
		return clusterKeys(keys...)
	})
	// AppMeshGatewayRoutesByGateway finds gateway routes by their virtual
	// gateway; those without stand in no bucket.
	AppMeshGatewayRoutesByGateway = index(gatewayRouteInfo, "gateway", func(g *AppMeshGatewayRoute) []inventory.Key {
		if g.Spec.VirtualGatewayRef == nil {
			return nil
		}
		ref := appmesh.Reference{Namespace: g.Spec.VirtualGatewayRef.Namespace, Name: g.Spec.VirtualGatewayRef.Name}
		return clusterKeys(AppMeshKey(virtualGatewayKind, "", &ref, g.Namespace))
	})
	// AppMeshGatewayRoutesByTarget finds gateway routes by each virtual service
	// to which they lead.
	AppMeshGatewayRoutesByTarget = index(gatewayRouteInfo, "target", func(g *AppMeshGatewayRoute) []inventory.Key {
		return clusterKeys(gatewayTargets(g)...)
	})
	// AppMeshBackendGroupsByMember finds backend groups by each of their
	// virtual services.
	AppMeshBackendGroupsByMember = index(backendGroupInfo, "member", func(b *AppMeshBackendGroup) []inventory.Key {
		return referenceKeys(appMeshServiceKind, b.Spec.VirtualServices, b.Namespace)
	})
)

// AppMeshKey is the value of a reference in indexes of App Mesh's kinds. As in
// the controller, an ARN wins over a reference, and a reference without
// namespace means that of the referrer.
func AppMeshKey(kind inventory.Kind, arn string, ref *appmesh.Reference, referrer string) string {
	if arn != "" || ref == nil {
		return arn
	}
	out := inventory.Ref{Kind: kind, Namespace: ref.Namespace, Name: ref.Name}
	if out.Namespace == "" {
		out.Namespace = referrer
	}
	return RefKey(out)
}

// AppMeshTargets are the weighted targets of a route, of whatever kind it is.
func AppMeshTargets(r *appmesh.Route) []appmesh.WeightedTarget {
	var out []appmesh.WeightedTarget
	for _, h := range []*appmesh.HTTPRoute{r.HTTPRoute, r.HTTP2Route} {
		if h != nil {
			out = append(out, h.Action.WeightedTargets...)
		}
	}
	if r.GRPCRoute != nil {
		out = append(out, r.GRPCRoute.Action.WeightedTargets...)
	}
	if r.TCPRoute != nil {
		out = append(out, r.TCPRoute.Action.WeightedTargets...)
	}
	return out
}

// routerKeyFields are the fields of the four kinds of route from which the
// index by target takes its keys.
func routerKeyFields() []string {
	var out []string
	for _, kind := range []string{"httpRoute", "http2Route", "grpcRoute", "tcpRoute"} {
		targets := "spec.routes." + kind + ".action.weightedTargets."
		out = append(out, targets+"virtualNodeRef", targets+"virtualNodeARN")
	}
	return out
}

func referenceKeys(kind inventory.Kind, refs []appmesh.Reference, referrer string) []inventory.Key {
	keys := make([]string, len(refs))
	for i := range refs {
		keys[i] = AppMeshKey(kind, "", &refs[i], referrer)
	}
	return clusterKeys(keys...)
}

func providers(v *AppMeshVirtualService) []string {
	var keys []string
	if v.Spec.Provider == nil {
		return nil
	}
	if p := v.Spec.Provider.VirtualNode; p != nil {
		keys = append(keys, AppMeshKey(virtualNodeKind, p.VirtualNodeARN, p.VirtualNodeRef, v.Namespace))
	}
	if p := v.Spec.Provider.VirtualRouter; p != nil {
		keys = append(keys, AppMeshKey(virtualRouterKind, p.VirtualRouterARN, p.VirtualRouterRef, v.Namespace))
	}
	return keys
}

func gatewayTargets(g *AppMeshGatewayRoute) []string {
	var keys []string
	add := func(a *appmesh.GatewayRouteAction) {
		t := &a.Target.VirtualService
		keys = append(keys, AppMeshKey(appMeshServiceKind, t.VirtualServiceARN, t.VirtualServiceRef, g.Namespace))
	}
	for _, h := range []*appmesh.HTTPGatewayRoute{g.Spec.HTTPRoute, g.Spec.HTTP2Route} {
		if h != nil {
			add(&h.Action)
		}
	}
	if g.Spec.GRPCRoute != nil {
		add(&g.Spec.GRPCRoute.Action)
	}
	return keys
}
