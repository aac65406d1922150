package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
	typev1beta1 "istio.io/api/type/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// compose is istiod's ComposePeerAuthentication, on a list that is not filtered.
func compose(all []*kinds.PeerAuthentication, root, namespace string, labels map[string]string, port int32) mesh.ServerMode {
	var levels [3]*kinds.PeerAuthentication // mesh, namespace, workload
	for _, a := range all {
		level := -1
		switch selector := a.Spec.GetSelector().GetMatchLabels(); {
		case len(selector) == 0 && a.Namespace == root:
			level = 0
		case len(selector) == 0 && a.Namespace == namespace:
			level = 1
		case a.Namespace == namespace && namespace != root && kinds.Selects(selector, labels):
			level = 2
		}
		if level < 0 {
			continue
		}
		old := levels[level]
		if old == nil || a.Created.Before(old.Created) || a.Created.Equal(old.Created) && a.Name < old.Name {
			levels[level] = a
		}
	}
	mode := mesh.Permissive
	for _, a := range levels {
		if m := spec(a).GetMtls().GetMode(); m != mesh.Unset {
			mode = m
		}
	}
	if m := spec(levels[2]).GetPortLevelMtls()[uint32(port)].GetMode(); m != mesh.Unset {
		return m
	}
	return mode
}

func spec(a *kinds.PeerAuthentication) *security.PeerAuthentication {
	if a == nil {
		return nil
	}
	return a.Spec
}

func TestServerMode(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	modes := []mesh.ServerMode{mesh.Unset, mesh.Disable, mesh.Permissive, mesh.Strict}
	mtls := func() *security.PeerAuthentication_MutualTLS {
		if random.IntN(4) == 0 {
			return nil
		}
		return &security.PeerAuthentication_MutualTLS{Mode: modes[random.IntN(4)]}
	}
	selectors := []map[string]string{nil, {}, {"app": "cart"}, {"app": "cart", "v": "1"}, {"app": "other"}}
	for range 5000 {
		var all []*kinds.PeerAuthentication
		var objects []*inventory.Object
		for i := range random.IntN(7) {
			a := &kinds.PeerAuthentication{
				Meta: kinds.Meta{Namespace: []string{"shop", "root", "bank"}[random.IntN(3)], Name: fmt.Sprint("p", i), Created: day(1 + random.IntN(4))},
				Spec: &security.PeerAuthentication{
					Mtls:          mtls(),
					PortLevelMtls: map[uint32]*security.PeerAuthentication_MutualTLS{80: mtls()},
					Selector:      &typev1beta1.WorkloadSelector{MatchLabels: selectors[random.IntN(len(selectors))]},
				},
			}
			all = append(all, a)
			objects = append(objects, &inventory.Object{Ref: kinds.PeerAuthentications.Ref(a.Namespace, a.Name), Value: a})
		}
		s := withObjects(objects...)
		labels := map[string]string{"app": "cart", "v": fmt.Sprint(random.IntN(2))}
		for _, namespace := range []string{"shop", "root"} {
			policy := mesh.PeerPolicyOf(s, "root", namespace, labels)
			for _, port := range []int32{80, 81} {
				got, by := policy.Mode(port)
				if want := compose(all, "root", namespace, labels, port); got != want {
					t.Fatalf("%s:%d: %s, want %s of %v", namespace, port, got, want, all)
				}
				if by == nil && got != mesh.Permissive {
					t.Fatalf("%s:%d: %s by nobody", namespace, port, got)
				}
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	refused := map[string]bool{
		"STRICT DISABLE": true, "STRICT SIMPLE": true, "DISABLE ISTIO_MUTUAL": true,
	}
	for _, server := range []mesh.ServerMode{mesh.Disable, mesh.Permissive, mesh.Strict} {
		for client := range networking.ClientTLSSettings_TLSmode_name {
			mode := networking.ClientTLSSettings_TLSmode(client)
			if got := mesh.Refuses(server, mode); got != refused[server.String()+" "+mode.String()] {
				t.Errorf("a %s server refuses %s: %v", server, mode, got)
			}
		}
	}
}

// TestClientTLS has a setting on every level, and ports that drop it.
func TestClientTLS(t *testing.T) {
	s := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
    portLevelSettings:
    - {port: {number: 81}, tls: {mode: DISABLE}}
    - {port: {number: 82}, connectionPool: {tcp: {maxConnections: 1}}}
  subsets:
  - {name: silent}
  - name: simple
    trafficPolicy:
      tls: {mode: SIMPLE}
      portLevelSettings: [{port: {number: 83}, loadBalancer: {simple: RANDOM}}]
  - name: other
    trafficPolicy:
      portLevelSettings: [{port: {number: 83}, tls: {mode: MUTUAL}}]
`)
	tests := []struct {
		port          uint32
		subset, field string
		mode          string
	}{
		{80, "", "spec.trafficPolicy.tls", "ISTIO_MUTUAL"},
		{81, "", "spec.trafficPolicy.portLevelSettings[0].tls", "DISABLE"},
		{82, "", "spec.trafficPolicy.portLevelSettings[1]", ""},
		{80, "silent", "spec.trafficPolicy.tls", "ISTIO_MUTUAL"},
		{81, "silent", "spec.trafficPolicy.portLevelSettings[0].tls", "DISABLE"},
		{80, "simple", "spec.subsets[1].trafficPolicy.tls", "SIMPLE"},
		{81, "simple", "spec.subsets[1].trafficPolicy.tls", "SIMPLE"},
		{83, "simple", "spec.subsets[1].trafficPolicy.portLevelSettings[0]", ""},
		{80, "other", "spec.trafficPolicy.tls", "ISTIO_MUTUAL"},
		{83, "other", "spec.subsets[2].trafficPolicy.portLevelSettings[0].tls", "MUTUAL"},
		{80, "unknown", "spec.trafficPolicy.tls", "ISTIO_MUTUAL"},
	}
	rules := mesh.Rules{kinds.DestinationRules.Get(s, "shop", "a")}
	for _, tt := range tests {
		c := rules.TLS(tt.port, tt.subset)
		mode := ""
		if c.Settings != nil {
			mode = c.Settings.GetMode().String()
		}
		if c.Field != tt.field || mode != tt.mode {
			t.Errorf("port %d, subset %q: %s %s", tt.port, tt.subset, c.Field, mode)
		}
	}
	if c := (mesh.Rules{}).TLS(80, ""); c.Rule != nil || c.Settings != nil {
		t.Errorf("no rule: %+v", c)
	}
}
