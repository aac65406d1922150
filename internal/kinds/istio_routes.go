package kinds

import (
	"slices"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Indexes of VirtualServices. All span the cluster.
var (
	// VirtualServicesByHost finds them by [ResolveHost] of each of their hosts,
	// wildcards as written.
	VirtualServicesByHost = index(virtualServiceInfo, "host", func(v *VirtualService) []inventory.Key {
		return clusterKeys(resolveHosts(v.Spec.GetHosts(), v.Namespace)...)
	})
	// VirtualServicesWildcard finds those that have a wildcard host, under the
	// value "".
	VirtualServicesWildcard = index(virtualServiceInfo, "wildcard", func(v *VirtualService) []inventory.Key {
		return wildcardKeys(v.Spec.GetHosts())
	})
	// VirtualServicesByGateway finds them by [ResolveGateway] of each gateway
	// that they or their matches name; those that name none stand under
	// [MeshGateway]. A delegate, which has no hosts, names none.
	VirtualServicesByGateway = index(virtualServiceInfo, "gateway", func(v *VirtualService) []inventory.Key {
		return clusterKeys(gatewaysOf(v)...)
	})
	// VirtualServicesByDestination finds them by [ResolveHost] of each
	// destination and mirror of their routes.
	VirtualServicesByDestination = index(virtualServiceInfo, "destination", func(v *VirtualService) []inventory.Key {
		return clusterKeys(resolveHosts(destinationsOf(v.Spec), v.Namespace)...)
	})
	// VirtualServicesByDelegate finds them by the [NamespacedName] of each
	// VirtualService to which they delegate.
	VirtualServicesByDelegate = index(virtualServiceInfo, "delegate", func(v *VirtualService) []inventory.Key {
		return clusterKeys(delegatesOf(v)...)
	})
)

func resolveHosts(hosts []string, namespace string) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = ResolveHost(h, namespace)
	}
	return out
}

func wildcardKeys(hosts []string) []inventory.Key {
	if !slices.ContainsFunc(hosts, IsWildcard) {
		return nil
	}
	return []inventory.Key{{}}
}

func gatewaysOf(v *VirtualService) []string {
	names := slices.Clone(v.Spec.GetGateways())
	if len(names) == 0 && len(v.Spec.GetHosts()) > 0 {
		names = []string{MeshGateway}
	}
	for _, route := range v.Spec.GetHttp() {
		for _, m := range route.GetMatch() {
			names = append(names, m.GetGateways()...)
		}
	}
	for _, route := range v.Spec.GetTls() {
		for _, m := range route.GetMatch() {
			names = append(names, m.GetGateways()...)
		}
	}
	for _, route := range v.Spec.GetTcp() {
		for _, m := range route.GetMatch() {
			names = append(names, m.GetGateways()...)
		}
	}
	for i := range names {
		names[i] = ResolveGateway(names[i], v.Namespace)
	}
	return names
}

func destinationsOf(s *networking.VirtualService) []string {
	var hosts []string
	add := func(d *networking.Destination) {
		if d.GetHost() != "" {
			hosts = append(hosts, d.GetHost())
		}
	}
	for _, route := range s.GetHttp() {
		for _, r := range route.GetRoute() {
			add(r.GetDestination())
		}
		add(route.GetMirror())
		for _, m := range route.GetMirrors() {
			add(m.GetDestination())
		}
	}
	for _, route := range s.GetTls() {
		for _, r := range route.GetRoute() {
			add(r.GetDestination())
		}
	}
	for _, route := range s.GetTcp() {
		for _, r := range route.GetRoute() {
			add(r.GetDestination())
		}
	}
	return hosts
}

func delegatesOf(v *VirtualService) []string {
	var names []string
	for _, route := range v.Spec.GetHttp() {
		if d := route.GetDelegate(); d != nil {
			namespace := d.GetNamespace()
			if namespace == "" {
				namespace = v.Namespace
			}
			names = append(names, NamespacedName(namespace, d.GetName()))
		}
	}
	return names
}
