package mesh_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func gatewayWith(selector map[string]string, hosts ...string) *kinds.Gateway {
	g := &kinds.Gateway{Spec: &networking.Gateway{Selector: selector, Servers: []*networking.Server{{Hosts: hosts}}}}
	g.Namespace, g.Name = "edge", "web"
	return g
}

func TestServedHosts(t *testing.T) {
	for _, tt := range []struct {
		server, host, namespace string
		want                    bool
	}{
		{"a.com", "a.com", "shop", true},
		{"A.com", "a.COM", "shop", true},
		{"a.com", "b.com", "shop", false},
		{"*.a.com", "x.y.a.com", "shop", true},
		{"*.a.com", "a.com", "shop", false},
		{"x.a.com", "*.a.com", "shop", true},
		{"*.a.com", "*.x.a.com", "shop", true},
		{"*.a.com", "*.b.com", "shop", false},
		{"*", "a.com", "shop", true},
		{"a.com", "*", "shop", true},
		{"./a.com", "a.com", "edge", true},
		{"./a.com", "a.com", "shop", false},
		{"shop/a.com", "a.com", "shop", true},
		{"other/*", "a.com", "shop", false},
		{"*/a.com", "a.com", "shop", true},
		{"*/*", "a.com", "shop", true},
		{"*.local", "cart", "shop", true}, // a Service's name in full
		{"cart", "cart", "shop", false},   // a server's host is not expanded
	} {
		if got := mesh.ServedHosts(gatewayWith(nil, tt.server), tt.namespace).Meets(kinds.ResolveHost(tt.host, tt.namespace)); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// TestServedHostsNaively compares with a look at every name.
func TestServedHostsNaively(t *testing.T) {
	names := []string{}
	level := []string{"com"}
	for range 4 {
		var next []string
		for _, n := range level {
			next = append(next, "a."+n, "b."+n)
		}
		names, level = append(names, next...), next
	}
	stands := func(pattern, name string) bool {
		if suffix, wild := strings.CutPrefix(pattern, "*"); wild {
			return strings.HasSuffix(name, suffix)
		}
		return pattern == name
	}
	r := rand.New(rand.NewPCG(1, 0))
	pattern := func() string {
		name := names[r.IntN(14)] // at most three labels before com, so that wildcards have names
		if r.IntN(2) == 0 {
			return "*." + name
		}
		return name
	}
	for range 5000 {
		server, host := pattern(), pattern()
		want := slices.ContainsFunc(names, func(n string) bool { return stands(server, n) && stands(host, n) })
		if got := mesh.ServedHosts(gatewayWith(nil, server), "shop").Meets(kinds.ResolveHost(host, "shop")); got != want {
			t.Fatalf("server %s, host %s: %v", server, host, got)
		}
	}
}

func TestSelectsGateway(t *testing.T) {
	const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: own, namespace: other}
spec: {template: {metadata: {labels: {istio: own}}}}
`
	scoped := func(value string) string {
		return deployment + `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, env: [{name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: "` + value + `"}]}]}
`
	}
	ingress := map[string]string{"istio": "ingressgateway"}
	full := map[string]string{"app": "istio-ingress", "istio": "ingress"}
	for _, tt := range []struct {
		name, world string
		charts      bool
		selector    map[string]string
		want        bool
	}{
		{"there", deployment, false, map[string]string{"istio": "own"}, true},
		{"not there", deployment, false, ingress, false},
		{"none to find", "", false, nil, true},
		{"of a chart", deployment, true, ingress, true},
		{"of a chart, in full", "", true, full, true},
		{"labels of two charts", "", true, map[string]string{"app": "istio-ingress", "istio": "egress"}, false},
		{"of no chart", "", true, map[string]string{"istio": "mine"}, false},
		{"out of scope", scoped("true"), false, map[string]string{"istio": "own"}, false},
		{"not scoped", scoped("false"), false, map[string]string{"istio": "own"}, true},
	} {
		settings := kinds.DefaultMesh()
		settings.ChartGateways = tt.charts
		s := fromManifests(t, tt.world, settings.Object())
		if got := mesh.SelectsGateway(s, gatewayWith(tt.selector)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestGatewayNames(t *testing.T) {
	vs := kinds.VirtualService{Spec: &networking.VirtualService{
		Gateways: []string{"mesh", "a"},
		Http: []*networking.HTTPRoute{
			{}, {Match: []*networking.HTTPMatchRequest{{}, {Gateways: []string{"b", "c"}}}},
		},
		Tls: []*networking.TLSRoute{{Match: []*networking.TLSMatchAttributes{{Gateways: []string{"d"}}}}},
		Tcp: []*networking.TCPRoute{{Match: []*networking.L4MatchAttributes{{Gateways: []string{"e"}}}}},
	}}
	got := maps.Collect(mesh.GatewayNames(&vs))
	want := map[string]string{
		"spec.gateways[0]": "mesh", "spec.gateways[1]": "a",
		"spec.http[1].match[1].gateways[0]": "b", "spec.http[1].match[1].gateways[1]": "c",
		"spec.tls[0].match[0].gateways[0]": "d", "spec.tcp[0].match[0].gateways[0]": "e",
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for field := range mesh.GatewayNames(&vs) {
		if field != "spec.gateways[0]" {
			t.Errorf("not stopped: %s", field)
		}
		break
	}
}
