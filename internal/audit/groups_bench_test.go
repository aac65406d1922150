package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// group makes n objects that have one thing in common, such as their host.
type group struct {
	name string
	make func(b *builder, name string, i int) // i differs in what others need not know
	// others are there once.
	others func(b *builder)
}

const istio = "networking.istio.io/v1"

var cart = map[string]string{"app": "cart"}

func cartPod(b *builder) {
	owner := metav1.ObjectMeta{Namespace: "shop", Name: "cart-5d4f", UID: "rs"}
	b.typed("Pod", pod(owner, "cart-1", cart, "cart"))
	b.typed("Service", service("shop", "cart", cart, 8080))
}

var groups = []group{
	{"VirtualServices of a host", func(b *builder, name string, i int) {
		b.custom(istio, "VirtualService", "shop", name, map[string]any{
			"hosts": []any{"cart"}, "http": []any{map[string]any{
				"timeout": fmt.Sprint(i+1, "s"), "route": []any{map[string]any{"destination": map[string]any{"host": "cart"}}},
			}},
		})
	}, cartPod},
	{"VirtualServices of a host and gateway", func(b *builder, name string, i int) {
		b.custom(istio, "VirtualService", "shop", name, map[string]any{
			"hosts": []any{"cart.example.com"}, "gateways": []any{"front"}, "http": []any{map[string]any{
				"match": []any{map[string]any{"uri": map[string]any{"prefix": fmt.Sprint("/", i)}}},
				"route": []any{map[string]any{"destination": map[string]any{"host": "cart"}}},
			}},
		})
	}, func(b *builder) { cartPod(b); b.custom(istio, "Gateway", "shop", "front", server("*.example.com")) }},
	{"DestinationRules of a host", func(b *builder, name string, i int) {
		b.custom(istio, "DestinationRule", "shop", name, map[string]any{
			"host": "cart", "trafficPolicy": map[string]any{"connectionPool": map[string]any{"tcp": map[string]any{"maxConnections": i + 1}}},
			"subsets": []any{map[string]any{"name": fmt.Sprint("v", i), "labels": map[string]any{"app": "cart"}}},
		})
	}, cartPod},
	{"Gateways of a host", func(b *builder, name string, _ int) {
		b.custom(istio, "Gateway", "shop", name, server("cart.example.com"))
	}, cartPod},
	{"ServiceEntries of a host", func(b *builder, name string, i int) {
		b.custom(istio, "ServiceEntry", "shop", name, map[string]any{
			"hosts": []any{"db.example.com"}, "resolution": "DNS", "location": "MESH_EXTERNAL",
			"ports": []any{map[string]any{"number": 1000 + i, "name": "tcp", "protocol": "TCP"}},
		})
	}, cartPod},
	{"PeerAuthentications of a workload", func(b *builder, name string, _ int) {
		b.custom("security.istio.io/v1", "PeerAuthentication", "shop", name, map[string]any{
			"selector": map[string]any{"matchLabels": cart}, "mtls": strict["mtls"],
		})
	}, cartPod},
	{"AuthorizationPolicies of a workload", func(b *builder, name string, i int) {
		b.custom("security.istio.io/v1", "AuthorizationPolicy", "shop", name, map[string]any{
			"selector": map[string]any{"matchLabels": cart},
			"rules":    []any{map[string]any{"from": []any{map[string]any{"source": map[string]any{"namespaces": []any{fmt.Sprint("n-", i)}}}}}},
		})
	}, cartPod},
	{"RequestAuthentications of a workload", func(b *builder, name string, i int) {
		b.custom("security.istio.io/v1", "RequestAuthentication", "shop", name, map[string]any{
			"selector": map[string]any{"matchLabels": cart}, "jwtRules": []any{map[string]any{"issuer": fmt.Sprint("i", i)}},
		})
	}, cartPod},
	{"Telemetries of a workload", func(b *builder, name string, _ int) {
		b.custom("telemetry.istio.io/v1", "Telemetry", "shop", name, map[string]any{
			"selector": map[string]any{"matchLabels": cart}, "accessLogging": []any{map[string]any{"providers": []any{map[string]any{"name": "envoy"}}}},
		})
	}, cartPod},
	{"Sidecars of a workload", func(b *builder, name string, _ int) {
		b.custom(istio, "Sidecar", "shop", name, map[string]any{
			"workloadSelector": map[string]any{"labels": cart}, "egress": []any{map[string]any{"hosts": []any{"./*"}}},
		})
	}, cartPod},
	{"EnvoyFilters of a workload", func(b *builder, name string, _ int) {
		b.custom("networking.istio.io/v1alpha3", "EnvoyFilter", "shop", name, map[string]any{
			"workloadSelector": map[string]any{"labels": cart},
		})
	}, cartPod},
	{"Services of a workload", func(b *builder, name string, _ int) {
		b.typed("Service", service("shop", name, cart, 8080))
	}, cartPod},
	{"NetworkPolicies of a workload", func(b *builder, name string, i int) {
		b.typed("NetworkPolicy.networking.k8s.io", networkPolicy(name, i))
	}, cartPod},
	{"Deployments of a namespace", func(b *builder, name string, _ int) { b.deployment("shop", name, cart, 1) }, cartPod},
	{"Pods of a Deployment", func(b *builder, name string, _ int) {
		owner := metav1.ObjectMeta{Namespace: "shop", Name: "cart-5d4f", UID: "shopcartrs"}
		b.typed("Pod", pod(owner, name, cart, "cart"))
	}, func(b *builder) {
		b.deployment("shop", "cart", cart, 1)
		b.typed("Service", service("shop", "cart", cart, 8080))
	}},
	{"Namespaces", func(b *builder, name string, _ int) { b.namespace(name, 1) }, cartPod},
	{"HTTPRoutes of a Gateway", func(b *builder, name string, _ int) {
		b.custom("gateway.networking.k8s.io/v1", "HTTPRoute", "shop", name, map[string]any{
			"parentRefs": []any{map[string]any{"name": "front"}}, "hostnames": []any{"cart.example.com"},
			"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "cart", "port": 8080}}}},
		})
	}, func(b *builder) {
		cartPod(b)
		b.custom("gateway.networking.k8s.io/v1", "Gateway", "shop", "front", map[string]any{
			"gatewayClassName": "istio", "listeners": []any{map[string]any{"name": "http", "port": 80, "protocol": "HTTP"}},
		})
	}},
	{"VirtualNodes of a mesh", func(b *builder, name string, _ int) {
		b.custom("appmesh.k8s.aws/v1beta2", "VirtualNode", "shop", name, map[string]any{
			"podSelector":      map[string]any{"matchLabels": cart},
			"listeners":        []any{map[string]any{"portMapping": map[string]any{"port": 8080, "protocol": "http"}}},
			"serviceDiscovery": map[string]any{"dns": map[string]any{"hostname": "cart.shop.svc.cluster.local"}},
		})
	}, func(b *builder) {
		cartPod(b)
		b.custom("appmesh.k8s.aws/v1beta2", "Mesh", "", "shop", map[string]any{"namespaceSelector": map[string]any{}})
	}},
}

func server(host string) map[string]any {
	return map[string]any{"selector": map[string]any{"istio": "ingressgateway"}, "servers": []any{map[string]any{
		"port": map[string]any{"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": []any{host},
	}}}
}

// BenchmarkGroup evaluates groups from scratch, and after an object of the
// group changed, came and went. It fails if a group of four times the size
// costs more than eight times as much (n log n is below five, n² is sixteen),
// or if a change costs more than 50 ms.
func BenchmarkGroup(b *testing.B) {
	const few, many = 1250, 5000
	for _, g := range groups {
		b.Run(strings.ReplaceAll(g.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				small, _ := g.measure(b, few)
				large, change := g.measure(b, many)
				b.ReportMetric(float64(large.Microseconds())/1000, "ms-scratch")
				b.ReportMetric(float64(large)/float64(small), "large/small")
				b.ReportMetric(float64(change.Microseconds())/1000, "ms-change")
				if large > 8*small || change > 50*time.Millisecond {
					b.Errorf("four times as many cost %v instead of %v, a change %v", large, small, change)
				}
			}
		})
	}
}

// measure tells what an evaluation of n objects costs, and one change at most.
func (g group) measure(b *testing.B, n int) (scratch, change time.Duration) {
	b.Helper()
	world := &builder{batch: everythingListed()}
	world.typed("Namespace", namespaceNamed("shop"))
	world.root()
	g.others(world)
	for i := range n {
		g.make(world, fmt.Sprint("a-", i), i)
	}
	var e *engine.Engine
	scratch = best(3, func() {
		e = newEngine(b)
		e.Apply(world.batch)
		e.Evaluate(start, nil)
	})
	for _, step := range []inventory.Batch{g.one("a-50", n), g.one("b", n+1), gone(g.one("b", n+1))} {
		change = max(change, best(1, func() { e.Apply(step); e.Evaluate(start, nil) }))
	}
	return scratch, change
}

func (g group) one(name string, i int) inventory.Batch {
	b := &builder{}
	g.make(b, name, i)
	return b.batch
}

func gone(b inventory.Batch) inventory.Batch {
	for r := range b.Objects {
		b.Delete(r)
	}
	return b
}

func networkPolicy(name string, i int) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name},
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: cart},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{
				NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": fmt.Sprint(i)}},
			}}}},
		},
	}
}

func namespaceNamed(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
		"istio-injection": "enabled", "kubernetes.io/metadata.name": name,
	}}}
}
