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

func TestCaptured(t *testing.T) {
	tests := []struct {
		annotations map[string]string
		want        bool
	}{
		{nil, true},
		{map[string]string{"traffic.sidecar.istio.io/includeInboundPorts": "*"}, true},
		{map[string]string{"traffic.sidecar.istio.io/includeInboundPorts": "80, 8080"}, true},
		{map[string]string{"traffic.sidecar.istio.io/includeInboundPorts": "80"}, false},
		{map[string]string{"traffic.sidecar.istio.io/includeInboundPorts": ""}, false},
		{map[string]string{"traffic.sidecar.istio.io/excludeInboundPorts": "80"}, true},
		{map[string]string{"traffic.sidecar.istio.io/excludeInboundPorts": "80,8080"}, false},
		{map[string]string{"sidecar.istio.io/interceptionMode": "TPROXY"}, true},
		{map[string]string{"sidecar.istio.io/interceptionMode": "NONE"}, false},
	}
	for _, tt := range tests {
		if got := mesh.Captured(&mesh.Template{Annotations: tt.annotations}, 8080); got != tt.want {
			t.Errorf("%v: %v", tt.annotations, got)
		}
	}
}

func TestWorkloadOf(t *testing.T) {
	s := fromManifests(t, `
apiVersion: v1
kind: Pod
metadata:
  name: a
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: rs, controller: true, uid: "1"}]
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: rs
  namespace: shop
  ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: cart, controller: true, uid: "2"}]
---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: shop}
`)
	for pod, want := range map[string]string{"a": "Rollout shop/cart", "lone": "Pod shop/lone"} {
		tmpl := mesh.OfPod(kinds.Pods.Get(s, "shop", pod))
		if got := mesh.WorkloadOf(s, &tmpl); got.String() != want {
			t.Errorf("%s: %s", pod, got)
		}
	}
}

// TestSidecars: what live Pods show counts before what labels ask for.
func TestSidecars(t *testing.T) {
	const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: "1"}
spec:
  selector: {matchLabels: {app: cart}}
  template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: cart, image: example/cart}]}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`
	pod := func(annotations, containers string) string {
		return `
---
apiVersion: v1
kind: Pod
metadata:
  name: cart-0
  namespace: shop
  labels: {app: cart}
  annotations: {` + annotations + `}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, controller: true, uid: "1"}]
spec: {containers: [{name: cart, image: example/cart}` + containers + `]}
`
	}
	tests := []struct {
		name, pods string
		want       mesh.Answer
		bare       bool
	}{
		{"none live", "", mesh.Maybe, false},
		{"without", pod("", ""), mesh.No, true},
		{"with", pod("", `, {name: istio-proxy, image: "istio/proxyv2:1.31.0", args: [proxy, sidecar]}`), mesh.Yes, false},
		{"ambient", pod("ambient.istio.io/redirection: enabled", ""), mesh.No, false},
	}
	for _, tt := range tests {
		s := fromManifests(t, deployment+tt.pods)
		for tmpl := range mesh.Templates(s, "shop", map[string]string{"app": "cart"}) {
			if got, bare := mesh.Sidecars(s, &tmpl), mesh.Bare(s, &tmpl); got != tt.want || bare != tt.bare {
				t.Errorf("%s: %v, bare %v", tt.name, got, bare)
			}
		}
	}
}
