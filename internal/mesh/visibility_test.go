package mesh_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestScopes compares with sets of namespaces, of which "other" stands for all
// that no exportTo names.
func TestScopes(t *testing.T) {
	universe := []string{"a", "b", "c", "other"}
	random := rand.New(rand.NewPCG(3, 4))
	one := func() (mesh.Scope, map[string]bool) {
		var exportTo []string
		for range random.IntN(4) {
			exportTo = append(exportTo, []string{".", "*", "~", "a", "b", "c"}[random.IntN(6)])
		}
		set := map[string]bool{}
		for _, n := range universe {
			set[n] = len(exportTo) == 0 || slices.Contains(exportTo, "*") || slices.Contains(exportTo, n) ||
				n == "a" && slices.Contains(exportTo, ".")
		}
		return mesh.NewScope(exportTo, "a"), set
	}
	for range 5000 {
		x, xs := one()
		y, ys := one()
		meets := slices.ContainsFunc(universe, func(n string) bool { return xs[n] && ys[n] })
		if x.Meets(y) != meets {
			t.Fatalf("%v meets %v: %v", x, y, x.Meets(y))
		}
		for _, n := range universe {
			if x.Covers(n) != xs[n] {
				t.Fatalf("%v covers %s: %v", x, n, x.Covers(n))
			}
		}
		if x.Empty() == slices.ContainsFunc(universe, func(n string) bool { return xs[n] }) {
			t.Fatalf("%v empty: %v", x, x.Empty())
		}
	}
}

func TestClientScope(t *testing.T) {
	s := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: own, namespace: shop}
spec: {hosts: [a], exportTo: ["."]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: gateway, namespace: shop}
spec: {hosts: [a], exportTo: ["."], gateways: [mesh, public]}
`)
	if c := mesh.ClientScope(kinds.VirtualServices.Get(s, "shop", "own")); !slices.Equal(c.Names(), []string{"shop"}) {
		t.Errorf("own: %v", c)
	}
	if c := mesh.ClientScope(kinds.VirtualServices.Get(s, "shop", "gateway")); !c.Everywhere() {
		t.Errorf("gateway: %v", c)
	}
}
