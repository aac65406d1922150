package kinds

import (
	"net/netip"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// ClusterDomain is the domain under which indexes hold the names of Services.
// Where a mesh has another one, package mesh maps its names to this domain
// before it looks them up.
const ClusterDomain = "cluster.local"

// MeshGateway is the gateway name that stands for all sidecars.
const MeshGateway = "mesh"

// ResolveHost is the full name, in lower case, of a host written in an Istio
// object of a namespace. As in Istio's ResolveShortnameToFQDN, a name without
// a dot is that of a Service in that namespace; every other name, a lone * and
// an IP address are taken literally, so that "a.shop" is not expanded.
func ResolveHost(host, namespace string) string {
	host = strings.ToLower(host)
	if host == "" || host == "*" || strings.Contains(host, ".") {
		return host
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	return ServiceHost(namespace, host)
}

// ServiceHost is the full name of a Service.
func ServiceHost(namespace, name string) string {
	return name + "." + namespace + ".svc." + ClusterDomain
}

// IsWildcard tells whether a host stands for several names.
func IsWildcard(host string) bool { return strings.HasPrefix(host, "*") }

// ResolveGateway is namespace/name of a gateway named by a VirtualService of a
// namespace, or [MeshGateway]. As in Istio's resolveGatewayName, a short name
// and "./name" lie in that namespace, and of the legacy name.namespace.svc…
// the first two parts count.
func ResolveGateway(gateway, namespace string) string {
	if gateway == MeshGateway {
		return gateway
	}
	if ns, name, ok := strings.Cut(gateway, "/"); ok {
		if ns == "." {
			ns = namespace
		}
		return NamespacedName(ns, name)
	}
	name, rest, ok := strings.Cut(gateway, ".")
	if !ok {
		return NamespacedName(namespace, gateway)
	}
	ns, _, _ := strings.Cut(rest, ".")
	return NamespacedName(ns, name)
}

// NamespacedName is namespace/name, as indexes write a reference to an object
// of a known kind.
func NamespacedName(namespace, name string) string { return namespace + "/" + name }

// RefKey is Kind/namespace/name, as indexes write a reference to an object of
// one of several kinds.
func RefKey(ref inventory.Ref) string {
	return string(ref.Kind) + "/" + ref.Namespace + "/" + ref.Name
}

// clusterKeys are the keys of values in the whole cluster, without duplicates.
func clusterKeys(values ...string) []inventory.Key {
	seen := make(map[string]bool, len(values))
	keys := make([]inventory.Key, 0, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			keys = append(keys, inventory.Key{Value: v})
		}
	}
	return keys
}
