package kinds

import (
	"fmt"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// loaded is a store with the objects of testdata/objects.yaml.
func loaded(t *testing.T) *inventory.Store {
	t.Helper()
	s := inventory.New(Schema())
	for kind, o := range documents(t, "objects.yaml") {
		row, _ := Lookup(kind)
		s.Apply(row.Decode(toJSON(t, o)))
	}
	return s
}

func TestIndexes(t *testing.T) {
	s := loaded(t)
	check := func(name string, ix *inventory.Index, keys ...inventory.Key) {
		t.Helper()
		var got []string
		for _, o := range s.Read(inventory.Bucket{Index: allOf(ix.Kind), Key: inventory.Key{}}) {
			for _, k := range ix.Keys(o) {
				got = append(got, fmt.Sprint(k))
			}
		}
		var want []string
		for _, k := range keys {
			want = append(want, fmt.Sprint(k))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: keys %v, want %v", name, got, want)
		}
	}
	both := func(v string) []inventory.Key { return hereAndEverywhere("shop", v) }
	check("services by selector", ServicesBySelectorLabel.ix, both("app=cart")...)
	check("services by type", ServicesByType.ix, both("LoadBalancer")...)
	check("gateways by selector", GatewaysBySelectorLabel.ix, both("istio=ingressgateway")...)
	check("slices by service", EndpointSlicesByService.ix, inventory.Key{Scope: "shop", Value: "cart"})
	check("ingresses by service", IngressesByService.ix, inventory.Key{Scope: "shop", Value: "cart"})
	check("autoscalers", HorizontalPodAutoscalersByTarget.ix, inventory.Key{Scope: "shop", Value: "Deployment.apps/cart"})
	check("namespaces by label", NamespacesByLabel.ix, clusterKeys("istio-injection=enabled")...)
	check("virtual services by host", VirtualServicesByHost.ix,
		clusterKeys("cart.shop.svc.cluster.local", "*.example.com")...)
	check("virtual services by gateway", VirtualServicesByGateway.ix,
		clusterKeys("shop/edge", "istio-system/public", "mesh")...)
	check("virtual services by destination", VirtualServicesByDestination.ix,
		clusterKeys("cart.shop.svc.cluster.local", "audit.shop.svc.cluster.local")...)
	check("virtual services by delegate", VirtualServicesByDelegate.ix, clusterKeys("shop/rest")...)
	check("virtual services with wildcards", VirtualServicesWildcard.ix, clusterKeys("")...)
	check("rules by host", DestinationRulesByHost.ix, both("cart.shop.svc.cluster.local")...)
	check("rules with wildcards", DestinationRulesWildcard.ix)
	check("entries by host", ServiceEntriesByHost.ix, clusterKeys("api.example.com", "*.example.org")...)
	check("entries with wildcards", ServiceEntriesWildcard.ix, clusterKeys("")...)
	check("entries by selector", ServiceEntriesBySelectorLabel.ix, both("app=vm")...)
	check("workload entries by label", WorkloadEntriesByLabel.ix, append(both("app=vm"), both("class=vm")...)...)
	check("gateways by class", KubeGatewaysByClass.ix, clusterKeys("istio")...)
	check("listener sets", ListenerSetsByParent.ix, clusterKeys("Gateway.gateway.networking.k8s.io/infra/edge")...)
	check("routes by parent", HTTPRoutesByParent.ix,
		clusterKeys("Gateway.gateway.networking.k8s.io/infra/edge", "Service/shop/cart")...)
	check("routes by backend", HTTPRoutesByBackend.ix, clusterKeys("Service/shop/cart", "Service/logs/audit")...)
	for _, ix := range []*inventory.Index{GRPCRoutesByBackend.ix, TLSRoutesByBackend.ix, TCPRoutesByBackend.ix, UDPRoutesByBackend.ix} {
		check("routes by backend", ix, clusterKeys("Service/shop/cart")...)
	}
	check("TLS policies", BackendTLSPoliciesByTarget.ix, clusterKeys("Service/shop/cart")...)
}

func TestAppMeshIndexes(t *testing.T) {
	s := loaded(t)
	keys := func(ix *inventory.Index) (values []string) {
		for _, o := range s.Read(inventory.Bucket{Index: allOf(ix.Kind)}) {
			for _, k := range ix.Keys(o) {
				values = append(values, k.Value)
			}
		}
		return values
	}
	for _, tt := range []struct {
		ix   *inventory.Index
		want []string
	}{
		{AppMeshVirtualNodesByMesh.ix, []string{"prod"}},
		{AppMeshVirtualRoutersByMesh.ix, []string{""}},
		{MeshesByARN.ix, []string{"arn:aws:appmesh:eu-west-1:1:mesh/prod"}},
		{AppMeshVirtualNodesByARN.ix, []string{"arn:vn"}},
		{AppMeshVirtualServicesByARN.ix, nil},
		{AppMeshVirtualRoutersByARN.ix, []string{"arn:vr"}},
		{MeshesByAWSName.ix, []string{"prod"}},
		{AppMeshVirtualNodesByAWSName.ix, []string{"cart_shop"}},
		{AppMeshVirtualServicesByAWSName.ix, []string{"cart.shop"}},
		{AppMeshVirtualRoutersByAWSName.ix, []string{"cart-router"}},
		{AppMeshVirtualNodesByBackend.ix, []string{"VirtualService.appmesh.k8s.aws/shop/pay", "arn:vs"}},
		{AppMeshVirtualNodesByBackendGroup.ix, []string{"BackendGroup.appmesh.k8s.aws/infra/all"}},
		{AppMeshVirtualServicesByProvider.ix, []string{"VirtualRouter.appmesh.k8s.aws/shop/cart"}},
		{AppMeshVirtualRoutersByTarget.ix, []string{"VirtualNode.appmesh.k8s.aws/shop/cart"}},
		{AppMeshGatewayRoutesByGateway.ix, []string{"VirtualGateway.appmesh.k8s.aws/infra/edge"}},
		{AppMeshGatewayRoutesByTarget.ix, []string{"VirtualService.appmesh.k8s.aws/shop/cart"}},
		{AppMeshBackendGroupsByMember.ix, []string{"VirtualService.appmesh.k8s.aws/shop/cart"}},
	} {
		if got := keys(tt.ix); !slices.Equal(got, tt.want) {
			t.Errorf("%s/%s: %v, want %v", tt.ix.Kind, tt.ix.Name, got, tt.want)
		}
	}
	n := AppMeshVirtualNodes.Get(s, "shop", "cart")
	if n.Status != (AppMeshStatus{ARN: "arn:vn", Active: "False", ObservedGeneration: 2}) {
		t.Errorf("status %+v", n.Status)
	}
}

func allOf(k inventory.Kind) *inventory.Index {
	info, _ := Schema().Lookup(k)
	return info.All
}

func TestSelecting(t *testing.T) {
	s := loaded(t)
	count := func(namespace string, labels map[string]string) (n int) {
		for range ServicesBySelectorLabel.Selecting(s, namespace, labels) {
			n++
		}
		return n
	}
	pod := map[string]string{"app": "cart", "tier": "web", "x": "y"}
	if count("shop", pod) != 1 || count("", pod) != 1 || count("other", pod) != 0 {
		t.Error("a Service that selects the Pod is not found once")
	}
	if count("shop", map[string]string{"app": "cart"}) != 0 {
		t.Error("a Service that selects on a further label is found")
	}
}

func TestResolve(t *testing.T) {
	for host, want := range map[string]string{
		"cart": "cart.shop.svc.cluster.local", "Cart": "cart.shop.svc.cluster.local", "cart.other": "cart.other",
		"*": "*", "*.Example.com": "*.example.com", "10.0.0.1": "10.0.0.1", "::1": "::1", "": "",
	} {
		if got := ResolveHost(host, "shop"); got != want {
			t.Errorf("host %q: %q, want %q", host, got, want)
		}
	}
	for gateway, want := range map[string]string{
		"mesh": "mesh", "edge": "shop/edge", "./edge": "shop/edge", "infra/edge": "infra/edge",
		"edge.infra": "infra/edge", "edge.infra.svc.cluster.local": "infra/edge",
	} {
		if got := ResolveGateway(gateway, "shop"); got != want {
			t.Errorf("gateway %q: %q, want %q", gateway, got, want)
		}
	}
}
