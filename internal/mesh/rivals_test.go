package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// tier is where a namespace's sidecars find a VirtualService in the order of
// istiod's SelectVirtualServices; 0 if they do not see it.
func tier(vs *kinds.VirtualService, namespace string) int {
	to := vs.Spec.GetExportTo()
	switch {
	case len(to) == 0 || slices.Contains(to, "*"):
		return 3
	case slices.Contains(to, "~"):
		return 0
	case vs.Namespace == namespace && (slices.Contains(to, ".") || slices.Contains(to, namespace)):
		return 1
	case vs.Namespace != namespace && slices.Contains(to, namespace):
		return 2
	}
	return 0
}

// TestRivalsSeenAlike: two VirtualServices are rivals exactly if some namespace
// sees both in one tier.
func TestRivalsSeenAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	exports := [][]string{nil, {"*"}, {"."}, {"~"}, {"a"}, {"b"}, {"c"}, {"a", "b"}, {".", "c"}}
	for range 2000 {
		pair := make([]*kinds.VirtualService, 2)
		var objects []*inventory.Object
		for i := range pair {
			pair[i] = &kinds.VirtualService{
				Meta: kinds.Meta{Namespace: []string{"a", "b", "c"}[random.IntN(3)], Name: fmt.Sprint("vs", i)},
				Spec: &networking.VirtualService{
					Hosts: []string{"x.example.com"}, ExportTo: exports[random.IntN(len(exports))],
					Http: []*networking.HTTPRoute{{}},
				},
			}
			objects = append(objects, &inventory.Object{Ref: kinds.VirtualServices.Ref(pair[i].Namespace, pair[i].Name), Value: pair[i]})
		}
		s := withObjects(objects...)
		want := slices.ContainsFunc([]string{"a", "b", "c", "other"}, func(n string) bool {
			return tier(pair[0], n) > 0 && tier(pair[0], n) == tier(pair[1], n)
		})
		for i := range pair {
			if got := mesh.Rivals(s, pair[i], "x.example.com"); (len(got) == 1) != want {
				t.Fatalf("%v and %v: %v", pair[i], pair[1-i], got)
			}
		}
	}
}

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
