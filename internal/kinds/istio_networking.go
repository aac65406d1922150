package kinds

import (
	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of Istio's networking kinds.
type (
	// VirtualService is Istio's, not App Mesh's.
	VirtualService = Resource[networking.VirtualService]
	// DestinationRule is what applies to traffic for a service.
	DestinationRule = Resource[networking.DestinationRule]
	// Gateway is Istio's, not the Gateway API's.
	Gateway = Resource[networking.Gateway]
	// Sidecar narrows what the proxies of a namespace know.
	Sidecar = Resource[networking.Sidecar]
	// EnvoyFilter patches what Istio generates.
	EnvoyFilter = Resource[networking.EnvoyFilter]
)

var (
	virtualServiceInfo  = &inventory.KindInfo{Kind: "VirtualService.networking.istio.io", Namespaced: true}
	destinationRuleInfo = &inventory.KindInfo{Kind: "DestinationRule.networking.istio.io", Namespaced: true}
	gatewayInfo         = &inventory.KindInfo{Kind: "Gateway.networking.istio.io", Namespaced: true}
)

// networkingVersions are those of the kinds that reached v1.
var networkingVersions = []string{"v1", "v1beta1", "v1alpha3"}

var (
	// VirtualServices is the kind of Istio's VirtualService.
	VirtualServices = istio[networking.VirtualService](Row{
		KindInfo: virtualServiceInfo, Plural: "virtualservices", Versions: networkingVersions,
		KeyFields: []string{
			"spec.hosts", "spec.gateways", "spec.exportTo", "spec.http.delegate",
			"spec.http.match.gateways", "spec.tls.match.gateways", "spec.tcp.match.gateways",
			"spec.http.route.destination.host", "spec.tls.route.destination.host", "spec.tcp.route.destination.host",
			"spec.http.mirror.host", "spec.http.mirrors.destination.host",
		},
	})
	// DestinationRules is the kind DestinationRule.
	DestinationRules = istio[networking.DestinationRule](Row{
		KindInfo: destinationRuleInfo, Plural: "destinationrules", Versions: networkingVersions,
		KeyFields: []string{"spec.host", "spec.exportTo"},
	})
	// Gateways is the kind of Istio's Gateway.
	Gateways = istio[networking.Gateway](Row{
		KindInfo: gatewayInfo, Plural: "gateways", Versions: networkingVersions,
		KeyFields: []string{"spec.selector"},
	})
	// Sidecars is the kind Sidecar.
	Sidecars = istio[networking.Sidecar](Row{
		KindInfo: &inventory.KindInfo{Kind: "Sidecar.networking.istio.io", Namespaced: true},
		Plural:   "sidecars", Versions: networkingVersions,
	})
	// EnvoyFilters is the kind EnvoyFilter, which never left v1alpha3.
	EnvoyFilters = istio[networking.EnvoyFilter](Row{
		KindInfo: &inventory.KindInfo{Kind: "EnvoyFilter.networking.istio.io", Namespaced: true},
		Plural:   "envoyfilters", Versions: []string{"v1alpha3"},
	})

	// GatewaysBySelectorLabel finds Istio's Gateways by the Pods that they
	// configure. One with an empty selector configures every gateway Pod.
	GatewaysBySelectorLabel = selectorIndex(gatewayInfo, func(g *Gateway) map[string]string {
		return g.Spec.GetSelector()
	})
	// DestinationRulesByHost finds rules by [ResolveHost] of their host,
	// wildcards as written, in a namespace or everywhere.
	DestinationRulesByHost = index(destinationRuleInfo, "host", func(d *DestinationRule) []inventory.Key {
		return hereAndEverywhere(d.Namespace, ResolveHost(d.Spec.GetHost(), d.Namespace))
	})
	// DestinationRulesWildcard finds the rules whose host is a wildcard under
	// the value "", in a namespace or everywhere.
	DestinationRulesWildcard = index(destinationRuleInfo, "wildcard", func(d *DestinationRule) []inventory.Key {
		if !IsWildcard(d.Spec.GetHost()) {
			return nil
		}
		return hereAndEverywhere(d.Namespace, "")
	})
)

// hereAndEverywhere are the keys of a value in a namespace and in the cluster.
func hereAndEverywhere(namespace, value string) []inventory.Key {
	return []inventory.Key{{Scope: namespace, Value: value}, {Value: value}}
}
