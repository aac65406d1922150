package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// strictShop is a strict mesh with a Service whose Pods have a sidecar.
const strictShop = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: ""}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: web}, {name: dns, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cart-0, namespace: shop, labels: {app: cart, v: "1"}}
spec:
  initContainers: [{name: istio-proxy, image: "istio/proxyv2:1.31.0", restartPolicy: Always, args: [proxy, sidecar]}]
  containers: [{name: cart, image: example/cart, ports: [{name: web, containerPort: 8080}]}]
`

func destinationRule(namespace, name, spec string) string {
	return fmt.Sprintf("\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {namespace: %s, name: %s}\nspec: {%s}\n",
		namespace, name, spec)
}

const tlsOff = "trafficPolicy: {tls: {mode: DISABLE}}"

func TestTLSConflicts(t *testing.T) {
	tests := []struct{ name, manifests, want string }{
		{"in the namespace of the service", destinationRule("shop", "subject", `host: cart, `+tlsOff), "Pod shop/cart-0:8080"},
		{"in that of clients", destinationRule("bank", "subject", `host: cart.shop.svc.cluster.local, `+tlsOff), "Pod shop/cart-0:8080"},
		{"another domain", destinationRule("shop", "subject", `host: cart.shop.svc.corp.example, `+tlsOff), ""},
		{"another domain that is the cluster's", destinationRule("shop", "subject", `host: cart.shop.svc.corp.example, `+tlsOff) +
			"---" + istiod(`--domain, corp.example`, ""), "Pod shop/cart-0:8080"},
		{"for the mesh", destinationRule("istio-system", "subject", `host: "*.local", `+tlsOff), "Pod shop/cart-0:8080"},
		{"for the mesh, under that of the service", destinationRule("istio-system", "subject", `host: "*.local", `+tlsOff) +
			destinationRule("shop", "own", `host: cart`), ""},
		{"for the mesh, under one of clients", destinationRule("istio-system", "subject", `host: "*.local", `+tlsOff) +
			destinationRule("bank", "own", `host: "*"`), "Pod shop/cart-0:8080"},
		{"a wildcard under a host", destinationRule("shop", "subject", `host: "*.shop.svc.cluster.local", `+tlsOff) +
			destinationRule("shop", "own", `host: cart`), ""},
		{"nowhere looked for", destinationRule("ops", "subject", `host: cart.shop.svc.cluster.local, exportTo: [shop], `+tlsOff), ""},
		{"exported to others only", destinationRule("shop", "subject", `host: cart, exportTo: [bank], `+tlsOff), "Pod shop/cart-0:8080"},
		{"exported to nobody", destinationRule("shop", "subject", `host: cart, exportTo: ["~"], `+tlsOff), ""},
		{"merged behind another", destinationRule("shop", "another", `host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}}`) +
			destinationRule("shop", "subject", `host: cart.shop.svc.cluster.local, `+tlsOff), ""},
		{"merged into another without policy", destinationRule("shop", "another", `host: cart`) +
			destinationRule("shop", "subject", `host: cart.shop.svc.cluster.local, `+tlsOff), "Pod shop/cart-0:8080"},
		{"for some clients", destinationRule("shop", "subject", `host: cart, workloadSelector: {matchLabels: {app: q}}, `+tlsOff), ""},
		{"a port that is not there", destinationRule("shop", "subject",
			`host: cart, trafficPolicy: {portLevelSettings: [{port: {number: 81}, tls: {mode: DISABLE}}]}`), ""},
		{"a port of UDP", destinationRule("shop", "subject",
			`host: cart, trafficPolicy: {portLevelSettings: [{port: {number: 53}, tls: {mode: DISABLE}}]}`), ""},
		{"mutual TLS", destinationRule("shop", "subject", `host: cart, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}`), ""},
		{"a revision's policy", destinationRule("shop", "subject", `host: cart, `+tlsOff) + `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: canary, namespace: shop, labels: {istio.io/rev: canary}}
spec: {mtls: {mode: STRICT}}
`, ""},
		{"a host outside", destinationRule("shop", "subject", `host: www.example.com, `+tlsOff), ""},
	}
	for _, tt := range tests {
		s := fromManifests(t, strictShop+tt.manifests)
		var got []string
		for d := range kinds.DestinationRules.All(s) {
			if d.Name != "subject" {
				continue
			}
			for c := range mesh.TLSConflicts(s, d) {
				got = append(got, fmt.Sprintf("%s:%d", c.Workload, c.Port))
				if !c.Live || c.Rule != d || c.By == nil || c.Server != mesh.Strict {
					t.Errorf("%s: %+v", tt.name, c)
				}
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, got, tt.want)
		}
	}
}

// noSidecar has a Service whose only Pod shows that it has no sidecar.
func noSidecar(namespace, port string) string {
	return `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: ""}
---
apiVersion: v1
kind: Service
metadata: {name: old, namespace: ` + namespace + `}
spec: {selector: {app: old}, ports: [{port: 80, ` + port + `}]}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: ` + namespace + `, labels: {app: old}}
spec: {containers: [{name: old, image: example/old}]}
`
}

func TestTLSConflictsWithoutSidecar(t *testing.T) {
	rule := func(host, mode string) string {
		return destinationRule("shop", "subject", `host: "`+host+`", trafficPolicy: {tls: {mode: `+mode+`}}`)
	}
	tests := []struct {
		name, manifests string
		want            int
	}{
		{"mutual TLS", noSidecar("shop", "name: http") + rule("old", "ISTIO_MUTUAL"), 1},
		{"for the namespace", noSidecar("shop", "name: http") + rule("*.shop.svc.cluster.local", "ISTIO_MUTUAL"), 1},
		{"for the mesh", noSidecar("shop", "name: http") + rule("*.local", "ISTIO_MUTUAL"), 0},
		{"TLS of its own by name", noSidecar("shop", "name: https-web") + rule("old", "ISTIO_MUTUAL"), 0},
		{"TLS of its own by protocol", noSidecar("shop", "name: web, appProtocol: TLS") + rule("old", "ISTIO_MUTUAL"), 0},
		{"plain text", noSidecar("shop", "name: http") + rule("old", "DISABLE"), 0},
		{"the control plane", noSidecar("istio-system", "name: grpc-xds") + rule("old.istio-system.svc.cluster.local", "ISTIO_MUTUAL"), 0},
	}
	for _, tt := range tests {
		s := fromManifests(t, tt.manifests)
		got := 0
		for c := range mesh.TLSConflicts(s, kinds.DestinationRules.Get(s, "shop", "subject")) {
			got++
			if c.By != nil || !c.Live {
				t.Errorf("%s: %+v", tt.name, c)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d conflicts, want %d", tt.name, got, tt.want)
		}
	}
}

// A subset's settings count if some route leads to it.
func TestTLSConflictsOfSubsets(t *testing.T) {
	const rule = `host: cart, subsets: [{name: one, labels: {v: "1"}, trafficPolicy: {tls: {mode: DISABLE}}},` +
		`{name: two, labels: {v: "2"}, trafficPolicy: {tls: {mode: DISABLE}}}]`
	for route, want := range map[string]int{
		`[{destination: {host: cart, subset: one}}]`:                                                                               1,
		`[{destination: {host: cart, subset: two}}]`:                                                                               0,
		`[{destination: {host: other, subset: one}, weight: 1}, {destination: {host: cart}, weight: 1}]`:                           0,
		`[{destination: {host: cart, subset: one}, weight: 0}, {destination: {host: cart}, weight: 100}]`:                          0,
		`[{destination: {host: cart, subset: three}}, {destination: {host: cart.shop.svc.cluster.local, subset: one}, weight: 1}]`: 1,
	} {
		s := fromManifests(t, strictShop+destinationRule("shop", "subject", rule)+`
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec: {hosts: [cart], http: [{route: `+route+`}]}
`)
		got := 0
		for c := range mesh.TLSConflicts(s, kinds.DestinationRules.Get(s, "shop", "subject")) {
			got++
			if c.Field != "spec.subsets[0].trafficPolicy.tls" {
				t.Errorf("%s: %s", route, c.Field)
			}
		}
		if got != want {
			t.Errorf("%s: %d conflicts, want %d", route, got, want)
		}
	}
}
