package mesh

import (
	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServiceLinks are the links of a VirtualService: to its Mesh and to the node
// or router that provides it.
func ServiceLinks(r inventory.Reader, vs *kinds.AppMeshVirtualService) []AppMeshLink {
	out := meshLinks(r, vs)
	if vs.Spec.Provider == nil {
		return out
	}
	if n := vs.Spec.Provider.VirtualNode; n != nil {
		out = append(out, virtualNodes.link(r, "spec.provider.virtualNode", "virtualNodeRef",
			n.VirtualNodeRef, n.VirtualNodeARN, vs.Namespace))
	}
	if n := vs.Spec.Provider.VirtualRouter; n != nil {
		out = append(out, virtualRouters.link(r, "spec.provider.virtualRouter", "virtualRouterRef",
			n.VirtualRouterRef, n.VirtualRouterARN, vs.Namespace))
	}
	return out
}

// RouterLinks are the links of a VirtualRouter: to its Mesh and to the targets
// of its routes, also those of weight 0, without which the controller does not
// build the router either.
func RouterLinks(r inventory.Reader, vr *kinds.AppMeshVirtualRouter) []AppMeshLink {
	out := meshLinks(r, vr)
	for i := range vr.Spec.Routes {
		for name, action := range routeActions(&vr.Spec.Routes[i]) {
			targets := item("spec.routes", i) + "." + name + ".action.weightedTargets"
			for j := range action.WeightedTargets {
				t := &action.WeightedTargets[j]
				out = append(out, virtualNodes.link(r, item(targets, j), "virtualNodeRef",
					t.VirtualNodeRef, t.VirtualNodeARN, vr.Namespace))
			}
		}
	}
	return out
}

// routeActions yields the actions of a route, of which there should be one, by
// the name of their field.
func routeActions(route *appmesh.Route) func(yield func(string, *appmesh.RouteAction) bool) {
	return func(yield func(string, *appmesh.RouteAction) bool) {
		_ = (route.HTTPRoute == nil || yield("httpRoute", &route.HTTPRoute.Action)) &&
			(route.HTTP2Route == nil || yield("http2Route", &route.HTTP2Route.Action)) &&
			(route.GRPCRoute == nil || yield("grpcRoute", &route.GRPCRoute.Action)) &&
			(route.TCPRoute == nil || yield("tcpRoute", &route.TCPRoute.Action))
	}
}

// NodeLinks are the links of a VirtualNode: to its Mesh, its backends and its
// groups of backends. The group * is no object: it stands for every
// VirtualService of its namespace.
func NodeLinks(r inventory.Reader, vn *kinds.AppMeshVirtualNode) []AppMeshLink {
	out := meshLinks(r, vn)
	for i := range vn.Spec.Backends {
		b := &vn.Spec.Backends[i].VirtualService
		out = append(out, virtualServices.link(r, item("spec.backends", i)+".virtualService", "virtualServiceRef",
			b.VirtualServiceRef, b.VirtualServiceARN, vn.Namespace))
	}
	for i := range vn.Spec.BackendGroups {
		target := appMeshRef(kinds.AppMeshBackendGroups.Name, &vn.Spec.BackendGroups[i], vn.Namespace)
		if target.Name == everything {
			continue
		}
		out = append(out, AppMeshLink{
			Field: item("spec.backendGroups", i) + ".name", Target: target,
			Exists: certainly(kinds.AppMeshBackendGroups.Get(r, target.Namespace, target.Name) != nil),
		})
	}
	return out
}

// everything is the name of a group that is no object.
const everything = "*"

// GroupLinks are the links of a BackendGroup: to its Mesh and its members. A
// member * is taken to mean all, as it does for a group.
func GroupLinks(r inventory.Reader, b *kinds.AppMeshBackendGroup) []AppMeshLink {
	out := meshLinks(r, b)
	for i := range b.Spec.VirtualServices {
		to := &b.Spec.VirtualServices[i]
		if to.Name == everything {
			continue
		}
		target := appMeshRef(kinds.AppMeshVirtualServices.Name, to, b.Namespace)
		out = append(out, AppMeshLink{
			Field: item("spec.virtualservices", i) + ".name", Target: target,
			Exists: certainly(kinds.AppMeshVirtualServices.Get(r, target.Namespace, target.Name) != nil),
		})
	}
	return out
}

func meshLinks[S any](r inventory.Reader, member *kinds.AppMesh[S]) []AppMeshLink {
	if l, ok := meshLink(r, member); ok {
		return []AppMeshLink{l}
	}
	return nil
}
