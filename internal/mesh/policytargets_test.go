package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestNamespaceFits(t *testing.T) {
	s := fromManifests(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
	for pattern, want := range map[string]bool{
		"shop": true, "Shop": false, "sho": false, "s*": true, "*op": true, "*": true, "x*": false, "*x": false, "shop*": true,
	} {
		if got := mesh.NamespaceFits(s, pattern); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
}

func TestSelectsTarget(t *testing.T) {
	s := fromManifests(t, `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop, labels: {team: a}}
spec: {gatewayClassName: istio, infrastructure: {labels: {tier: edge}}, listeners: [{name: a, port: 80, protocol: HTTP}]}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vms, namespace: shop}
spec: {metadata: {labels: {app: vm}}, template: {}}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop, labels: {app: done}}
status: {phase: Succeeded}
`)
	tests := []struct {
		selector map[string]string
		want     bool
	}{
		{map[string]string{"gateway.networking.k8s.io/gateway-name": "public"}, true},
		{map[string]string{"team": "a", "tier": "edge"}, true},
		{map[string]string{"app": "vm"}, true},
		{map[string]string{"app": "done"}, false},
		{map[string]string{"istio": "ingressgateway"}, false},
	}
	for _, tt := range tests {
		for namespace, want := range map[string]bool{"shop": tt.want, "": tt.want, "bank": false} {
			if got := mesh.SelectsTarget(s, namespace, tt.selector); got != want {
				t.Errorf("%v in %q: %v", tt.selector, namespace, got)
			}
		}
	}
	s.Apply((&kinds.MeshConfiguration{RootNamespace: "istio-system", ChartGateways: true}).Object())
	if !mesh.SelectsTarget(s, "istio-system", map[string]string{"istio": "ingressgateway"}) {
		t.Error("the gateways of Istio's charts count as installed in files")
	}
}
