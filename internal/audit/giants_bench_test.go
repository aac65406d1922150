package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// giants are single objects in which something is there n times, beside as
// many of what they speak of.
var giants = []struct {
	name string
	n    int
	make func(b *builder, n int)
}{
	{"routes of a VirtualService", 10000, func(b *builder, n int) {
		b.custom(istio, "VirtualService", "shop", "giant", map[string]any{
			"hosts": []any{"cart"}, "http": times(n, func(i int) any {
				return map[string]any{
					"match": []any{map[string]any{"uri": map[string]any{"prefix": fmt.Sprint("/", i)}}},
					"route": []any{map[string]any{"destination": map[string]any{"host": fmt.Sprint("s-", i%100), "subset": "v1"}}},
				}
			}),
		})
		for i := range 100 {
			b.typed("Service", service("shop", fmt.Sprint("s-", i), cart, 8080))
		}
	}},
	{"matches of a route", 10000, func(b *builder, n int) {
		b.custom(istio, "VirtualService", "shop", "giant", map[string]any{
			"hosts": []any{"cart"}, "http": []any{map[string]any{
				"match": times(n, func(i int) any {
					return map[string]any{"uri": map[string]any{"regex": fmt.Sprintf("(a+)+(b|c*)*{0,%d}$", i)}}
				}),
				"route": []any{map[string]any{"destination": map[string]any{"host": "cart"}}},
			}},
		})
	}},
	{"hosts of a VirtualService", 5000, func(b *builder, n int) {
		b.custom(istio, "VirtualService", "shop", "giant", map[string]any{
			"hosts": times(n, exampleHost), "gateways": []any{"front", "mesh"},
			"http": []any{map[string]any{"route": []any{map[string]any{"destination": map[string]any{"host": "cart"}}}}},
		})
		b.custom(istio, "Gateway", "shop", "front", server("*.example.com"))
	}},
	{"hosts of a Gateway", 5000, func(b *builder, n int) {
		b.custom(istio, "Gateway", "shop", "giant", map[string]any{
			"selector": map[string]any{"istio": "ingressgateway"}, "servers": []any{map[string]any{
				"port": map[string]any{"number": 443, "name": "https", "protocol": "HTTPS"}, "hosts": times(n, exampleHost),
				"tls": map[string]any{"mode": "SIMPLE", "credentialName": "cert"},
			}},
		})
		b.custom(istio, "VirtualService", "shop", "routes", map[string]any{
			"hosts": times(n, exampleHost), "gateways": []any{"giant"},
			"http": []any{map[string]any{"route": []any{map[string]any{"destination": map[string]any{"host": "cart"}}}}},
		})
	}},
	{"servers of a Gateway", 2000, func(b *builder, n int) {
		b.custom(istio, "Gateway", "shop", "giant", map[string]any{
			"selector": map[string]any{"istio": "ingressgateway"}, "servers": times(n, func(i int) any {
				return map[string]any{
					"port":  map[string]any{"number": 1000 + i, "name": fmt.Sprint("http-", i), "protocol": "HTTP"},
					"hosts": []any{exampleHost(i)},
				}
			}),
		})
	}},
	{"hosts of a ServiceEntry", 5000, func(b *builder, n int) {
		b.custom(istio, "ServiceEntry", "shop", "giant", map[string]any{
			"hosts": times(n, exampleHost), "resolution": "DNS",
			"ports": []any{map[string]any{"number": 443, "name": "tls", "protocol": "TLS"}},
		})
	}},
	{"subsets of a DestinationRule", 5000, func(b *builder, n int) {
		b.custom(istio, "DestinationRule", "shop", "giant", map[string]any{
			"host": "cart", "subsets": times(n, func(i int) any {
				return map[string]any{"name": fmt.Sprint("v", i), "labels": map[string]any{"app": "cart", "version": fmt.Sprint("v", i)}}
			}),
		})
	}},
	{"rules of an AuthorizationPolicy", 10000, func(b *builder, n int) {
		b.custom("security.istio.io/v1", "AuthorizationPolicy", "shop", "giant", map[string]any{"rules": times(n, func(i int) any {
			return map[string]any{
				"from": []any{map[string]any{"source": map[string]any{
					"principals": []any{fmt.Sprint("cluster.local/ns/shop/sa/s-", i)}, "namespaces": []any{fmt.Sprint("n-", i)},
				}}},
				"to": []any{map[string]any{"operation": map[string]any{"hosts": []any{exampleHost(i)}, "paths": []any{fmt.Sprint("/", i)}}}},
			}
		})})
	}},
	{"ports of a Service", 2000, func(b *builder, n int) {
		s := service("shop", "giant", cart, 1)
		s.Spec.Ports = nil
		for i := range n {
			s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: fmt.Sprint("http-", i), Port: int32(i + 1)})
		}
		b.typed("Service", s)
		b.custom(istio, "VirtualService", "shop", "routes", route(0, false))
	}},
	{"terms of a selector", 1000, func(b *builder, n int) {
		p := networkPolicy("giant", 0)
		for i := range n {
			p.Spec.PodSelector.MatchExpressions = append(p.Spec.PodSelector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: fmt.Sprint("k", i), Operator: metav1.LabelSelectorOpNotIn, Values: []string{"a", "b"},
			})
		}
		b.typed("NetworkPolicy.networking.k8s.io", p)
	}},
	{"rules of a NetworkPolicy", 5000, func(b *builder, n int) {
		p := networkPolicy("giant", 0)
		p.Spec.Ingress = nil
		for i := range n {
			p.Spec.Ingress = append(p.Spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: []networkingv1.NetworkPolicyPeer{{
				NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": fmt.Sprint(i)}},
			}}})
		}
		b.typed("NetworkPolicy.networking.k8s.io", p)
	}},
	{"labels of a selector", 1000, func(b *builder, n int) {
		labels := map[string]any{}
		for i := range n {
			labels[fmt.Sprint("k", i)] = "v"
		}
		b.custom("security.istio.io/v1", "PeerAuthentication", "shop", "giant", map[string]any{"selector": map[string]any{"matchLabels": labels}})
	}},
	{"bytes of annotations", 1 << 20, func(b *builder, n int) {
		p := pod(metav1.ObjectMeta{Namespace: "shop", Name: "cart-5d4f", UID: "rs"}, "giant", cart, "cart")
		long := strings.Repeat("8080,", n/5)
		p.Annotations["traffic.sidecar.istio.io/excludeInboundPorts"] = long
		p.Annotations["proxy.istio.io/config"] = "concurrency: 2 #" + long
		b.typed("Pod", p)
	}},
	{"containers of a Pod", 1000, func(b *builder, n int) {
		p := pod(metav1.ObjectMeta{Namespace: "shop", Name: "cart-5d4f", UID: "rs"}, "giant", cart, "cart")
		for i := range n {
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{
				Name: fmt.Sprint("c-", i), Ports: []corev1.ContainerPort{{ContainerPort: int32(i + 1)}},
			})
		}
		b.typed("Pod", p)
	}},
}

func times(n int, f func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func exampleHost(i int) any { return fmt.Sprint("h-", i, ".example.com") }

// BenchmarkGiant evaluates single objects that are as large as an API server
// takes them. It fails if one of four times the size costs more than eight
// times as much, above the price of a world without it.
func BenchmarkGiant(b *testing.B) {
	for _, g := range giants {
		b.Run(strings.ReplaceAll(g.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				others := group{others: cartPod, make: func(*builder, string, int) {}}
				floor, _ := others.measure(b, 0)
				others.others = func(world *builder) { cartPod(world); g.make(world, g.n/4) }
				small, _ := others.measure(b, 0)
				others.others = func(world *builder) { cartPod(world); g.make(world, g.n) }
				large, _ := others.measure(b, 0)
				b.ReportMetric(float64(large.Microseconds())/1000, "ms-scratch")
				b.ReportMetric(float64(large-floor)/float64(max(small-floor, time.Millisecond)), "large/small")
				if large-floor > 8*max(small-floor, time.Millisecond) {
					b.Errorf("four times as many cost %v instead of %v, nothing %v", large, small, floor)
				}
			}
		})
	}
}
