package mesh_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

const registry = `
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80}, {port: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: old, namespace: shop, annotations: {networking.istio.io/exportTo: ".,bank"}}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: wild, namespace: egress}
spec: {hosts: ["*.example.com", "www.example.org"], ports: [{number: 443, name: tls}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: exact, namespace: bank}
spec: {hosts: [API.example.com, cart.shop.svc.cluster.local], exportTo: ["."], ports: [{number: 8443, name: tls}]}
`

func TestLookUp(t *testing.T) {
	tests := []struct {
		host, refs string
		ports      []uint32
		foreign    bool
	}{
		{"cart.shop.svc.cluster.local", "Service shop/cart, ServiceEntry bank/exact", []uint32{80, 443, 8443}, false},
		{"cart.shop.svc.corp.example", "Service shop/cart", []uint32{80, 443}, false},
		{"cart.shop.svc.clusterset.local", "Service shop/cart", nil, true},
		{"gone.shop.svc.clusterset.local", "", nil, true},
		{"old.shop.svc.cluster.local", "Service shop/old", nil, false},
		{"cart.shop.svc", "", nil, false},
		{"cart.shop", "", nil, false},
		{"db-0.cart.shop.svc.cluster.local", "", nil, false},
		{"api.example.com", "ServiceEntry bank/exact", []uint32{8443}, false},
		{"other.api.example.com", "ServiceEntry egress/wild", []uint32{443}, false},
		{"*.example.com", "ServiceEntry egress/wild", []uint32{443}, false},
		{"*.b.example.com", "ServiceEntry egress/wild", []uint32{443}, false},
		{"example.com", "", nil, false},
		{"www.example.org", "ServiceEntry egress/wild", []uint32{443}, false},
		{"ftp.example.org", "", nil, false},
	}
	s := fromManifests(t, registry)
	for _, tt := range tests {
		g := mesh.LookUp(s, tt.host)
		var refs []string
		for _, r := range g.Refs() {
			refs = append(refs, r.String())
		}
		if strings.Join(refs, ", ") != tt.refs || g.Foreign != tt.foreign || g.Exists() != (tt.refs != "" || tt.foreign) ||
			!slices.Equal(g.Ports(), tt.ports) {
			t.Errorf("%s: %v, ports %v, foreign %v", tt.host, refs, g.Ports(), g.Foreign)
		}
	}
}

func TestVisibleTo(t *testing.T) {
	s := fromManifests(t, registry)
	scope := func(names ...string) mesh.Scope { return mesh.NewScope(names, "shop") }
	tests := []struct {
		host    string
		clients mesh.Scope
		want    bool
	}{
		{"old.shop.svc.cluster.local", scope(), true},
		{"old.shop.svc.cluster.local", scope("."), true},
		{"old.shop.svc.cluster.local", scope("find", "bank"), true},
		{"old.shop.svc.cluster.local", scope("find"), false},
		{"api.example.com", scope("find"), false},
		{"cart.shop.svc.cluster.local", scope("find"), true},
		{"gone.shop.svc.clusterset.local", scope("find"), true},
	}
	for _, tt := range tests {
		if got := mesh.LookUp(s, tt.host).VisibleTo(tt.clients); got != tt.want {
			t.Errorf("%s to %v: %v", tt.host, tt.clients, got)
		}
	}
}

func TestMeantService(t *testing.T) {
	s := fromManifests(t, registry)
	for host, want := range map[string]bool{
		"cart.shop": true, "Cart.shop.svc": true, "cart.shop.": true, "cart": false, "cart.bank": false,
		"shop.cart.svc": false, ".shop": false, "cart.shop.example": false, "": false,
	} {
		if got := mesh.MeantService(s, host); (got != nil) != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

// TestHostCovers compares with what a pattern means: all names that are any
// text before its suffix.
func TestHostCovers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		pattern, host := hostOrWildcard(random), hostOrWildcard(random)
		want := true
		for _, name := range names(host) {
			suffix, wild := strings.CutPrefix(pattern, "*")
			want = want && (name == pattern || wild && len(name) >= len(suffix) && name[len(name)-len(suffix):] == suffix)
		}
		if got := mesh.HostCovers(pattern, host); got != want {
			t.Fatalf("%q covers %q: %v", pattern, host, got)
		}
	}
}

func hostOrWildcard(r *rand.Rand) string {
	parts := make([]string, 1+r.IntN(3))
	for i := range parts {
		parts[i] = []string{"a", "b"}[r.IntN(2)]
	}
	host := strings.Join(parts, ".")
	switch r.IntN(6) {
	case 0:
		return "*"
	case 1, 2:
		return "*." + host
	}
	return host
}

// names are some of those that a host stands for.
func names(host string) []string {
	suffix, wild := strings.CutPrefix(host, "*")
	if !wild {
		return []string{host}
	}
	return []string{"a" + suffix, "b" + suffix, "a.b" + suffix, "z.q" + suffix}
}
