package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

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
