package mesh

import (
	"iter"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ClientTLS is how clients connect to a port of a destination.
type ClientTLS struct {
	// Settings are those that a rule gives; nil if none does, so that sidecars
	// choose by what each Pod behind the destination can do (auto mTLS).
	Settings *networking.ClientTLSSettings
	// Rule is the one that decided, and Field the path in it of the settings or,
	// where they are nil, of what left them out.
	Rule  *kinds.DestinationRule
	Field string
}

// TLS is what the rules say of connections to a port of a Service, in a subset
// or ("") in none. As in istiod's MergeTrafficPolicy, a subset replaces the
// parent's settings, and the settings of a single port replace all others, also
// if they have none.
func (rs Rules) TLS(port uint32, subset string) ClientTLS {
	if s, d := rs.Subset(subset); s != nil && subset != "" {
		at := item("spec.subsets", subsetIndex(d, s)) + ".trafficPolicy"
		if c, ok := portTLS(d, s.GetTrafficPolicy(), at, port); ok {
			return c
		}
	}
	d := rs.Policy()
	if d == nil {
		return ClientTLS{}
	}
	c, _ := portTLS(d, d.Spec.GetTrafficPolicy(), "spec.trafficPolicy", port)
	return c
}

func subsetIndex(d *kinds.DestinationRule, s *networking.Subset) int {
	for i, other := range d.Spec.GetSubsets() {
		if other == s {
			return i
		}
	}
	return 0
}

// portTLS finds what one traffic policy says, and whether it says anything.
func portTLS(d *kinds.DestinationRule, p *networking.TrafficPolicy, at string, port uint32) (ClientTLS, bool) {
	for i, s := range p.GetPortLevelSettings() {
		if s.GetPort().GetNumber() == port {
			field := item(at+".portLevelSettings", i)
			if s.GetTls() != nil {
				field += ".tls"
			}
			return ClientTLS{Settings: s.GetTls(), Rule: d, Field: field}, true
		}
	}
	if p.GetTls() == nil {
		return ClientTLS{}, false
	}
	return ClientTLS{Settings: p.GetTls(), Rule: d, Field: at + ".tls"}, true
}

// ClientSettings yields all TLS settings of a DestinationRule: for all of its
// host and for subsets, and of each those of single ports.
func ClientSettings(d *kinds.DestinationRule) iter.Seq[ClientTLS] {
	return func(yield func(ClientTLS) bool) {
		if !policySettings(d, d.Spec.GetTrafficPolicy(), "spec.trafficPolicy", yield) {
			return
		}
		for i, s := range d.Spec.GetSubsets() {
			at := item("spec.subsets", i) + ".trafficPolicy"
			if !policySettings(d, s.GetTrafficPolicy(), at, yield) {
				return
			}
		}
	}
}

func policySettings(d *kinds.DestinationRule, p *networking.TrafficPolicy, at string, yield func(ClientTLS) bool) bool {
	if t := p.GetTls(); t != nil && !yield(ClientTLS{Settings: t, Rule: d, Field: at + ".tls"}) {
		return false
	}
	for i, s := range p.GetPortLevelSettings() {
		field := item(at+".portLevelSettings", i) + ".tls"
		if t := s.GetTls(); t != nil && !yield(ClientTLS{Settings: t, Rule: d, Field: field}) {
			return false
		}
	}
	return true
}
