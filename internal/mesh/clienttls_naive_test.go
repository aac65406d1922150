package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// flat is a traffic policy without ports: what istiod's GetPortLevelTrafficPolicy
// leaves, and whether the port had settings of its own.
type flat struct {
	there, own bool
	tls        *networking.ClientTLSSettings
}

func flatten(p *networking.TrafficPolicy, port uint32) flat {
	if p == nil {
		return flat{}
	}
	for _, s := range p.GetPortLevelSettings() {
		if s.GetPort().GetNumber() == port {
			return flat{there: true, own: true, tls: s.GetTls()}
		}
	}
	return flat{there: true, tls: p.GetTls()}
}

// mergeNaively is istiod's MergeSubsetTrafficPolicy, as far as TLS goes.
func mergeNaively(parent, subset *networking.TrafficPolicy, port uint32) *networking.ClientTLSSettings {
	merged, over := flatten(parent, port), flatten(subset, port)
	if over.there && (over.tls != nil || over.own) {
		return over.tls
	}
	return merged.tls
}

// TestClientTLSAsIstiodMerges: settings of a rule, a subset and ports of both
// come to what istiod makes of them.
func TestClientTLSAsIstiodMerges(t *testing.T) {
	dice := rand.New(rand.NewPCG(11, 12))
	tls := func() *networking.ClientTLSSettings {
		if dice.IntN(2) == 0 {
			return nil
		}
		return &networking.ClientTLSSettings{Mode: networking.ClientTLSSettings_TLSmode(dice.IntN(4))}
	}
	policy := func() *networking.TrafficPolicy {
		if dice.IntN(4) == 0 {
			return nil
		}
		p := &networking.TrafficPolicy{Tls: tls()}
		for range dice.IntN(4) {
			p.PortLevelSettings = append(p.PortLevelSettings, &networking.TrafficPolicy_PortTrafficPolicy{
				Port: &networking.PortSelector{Number: uint32(80 + dice.IntN(3))}, Tls: tls(),
			})
		}
		return p
	}
	for range 20_000 {
		d := &kinds.DestinationRule{Spec: &networking.DestinationRule{Host: "cart", TrafficPolicy: policy()}}
		for i := range dice.IntN(3) {
			d.Spec.Subsets = append(d.Spec.Subsets, &networking.Subset{Name: fmt.Sprint("v", i), TrafficPolicy: policy()})
		}
		port := uint32(80 + dice.IntN(3))
		for i, s := range append(d.Spec.GetSubsets(), &networking.Subset{}) {
			got := mesh.Rules{d}.TLS(port, s.GetName())
			if want := mergeNaively(d.Spec.GetTrafficPolicy(), s.GetTrafficPolicy(), port); got.Settings != want {
				t.Fatalf("port %d of subset %d of %v: %v, want %v", port, i, d.Spec, got.Settings, want)
			}
		}
	}
}
