package mesh

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// tlsSearch is one search for the conflicts of a rule.
type tlsSearch struct {
	r     inventory.Reader
	rule  *kinds.DestinationRule
	yield func(TLSConflict) bool
	// bare: workloads without sidecar are looked for.
	bare bool
	// root is read when the first Service is found, and lookup when the rule does
	// not count for clients of its own namespace.
	root   string
	lookup *RuleLookup
}

// service looks for conflicts with the workloads of one Service and tells
// whether to go on.
func (s *tlsSearch) service(service *kinds.Service) bool {
	if !service.Deleted.IsZero() || len(service.Selector) == 0 {
		return true
	}
	rules := s.effective(service)
	if len(rules) == 0 {
		return true
	}
	subsets := append([]string{""}, s.routedSubsets(service)...)
	for i := range service.Ports {
		port := &service.Ports[i]
		if port.Protocol != corev1.ProtocolTCP {
			continue
		}
		for _, subset := range subsets {
			c := rules.TLS(uint32(port.Number), subset) //nolint:gosec // a port
			if c.Rule == s.rule && c.Settings != nil && !s.workloads(service, port, subset, rules, c) {
				return false
			}
		}
	}
	return true
}

// effective finds the rules that some client of the Service uses and that the
// rule is among: a client in the rule's namespace, in one to which it is
// exported, or in any.
func (s *tlsSearch) effective(service *kinds.Service) Rules {
	if s.root == "" {
		s.root = RootNamespace(s.r)
	}
	own := RuleLookup{Root: s.root}.Local(s.r, s.rule.Namespace, service.Host())
	if slices.Contains(own, s.rule) && s.rule.Namespace != s.root {
		return own
	}
	if s.lookup == nil {
		l := MeshConfig(s.r).RuleLookup(s.r)
		s.lookup = &l
	}
	for _, client := range append([]string{s.rule.Namespace, ""}, ruleScope(s.rule).Names()...) {
		rules := s.lookup.Rules(s.r, client, service.Host(), []string{service.Namespace})
		if slices.Contains(rules, s.rule) {
			return rules
		}
	}
	return nil
}

// routedSubsets are the subsets to which a VirtualService sends requests, if
// the rule has settings for any.
func (s *tlsSearch) routedSubsets(service *kinds.Service) []string {
	special := func(u *networking.Subset) bool { return u.GetTrafficPolicy() != nil }
	if !slices.ContainsFunc(s.rule.Spec.GetSubsets(), special) {
		return nil
	}
	var out []string
	for _, name := range spellings(s.r, service.Host()) {
		for vs := range kinds.VirtualServicesByDestination.Everywhere(s.r, name) {
			for d := range Destinations(vs) {
				if d.FQDN == name && d.GetSubset() != "" && !d.Idle && !slices.Contains(out, d.GetSubset()) {
					out = append(out, d.GetSubset())
				}
			}
		}
	}
	return out
}

func (s *tlsSearch) workloads(service *kinds.Service, port *kinds.ServicePort, subset string,
	rules Rules, c ClientTLS,
) bool {
	var labels map[string]string
	if u, _ := rules.Subset(subset); u != nil && subset != "" {
		labels = u.GetLabels()
	}
	for t := range Templates(s.r, service.Namespace, service.Selector) {
		target, known := TargetPort(port, t.Spec)
		if !known || !kinds.Selects(labels, t.Labels) {
			continue
		}
		conflict := TLSConflict{ClientTLS: c, Service: service, Workload: WorkloadOf(s.r, &t), Port: target}
		if s.refuses(&t, port, &conflict) && !s.yield(conflict) {
			return false
		}
	}
	return true
}

// refuses completes a conflict, if there is one.
func (s *tlsSearch) refuses(t *Template, port *kinds.ServicePort, c *TLSConflict) bool {
	sidecars := Sidecars(s.r, t)
	mode := c.Settings.GetMode()
	if sidecars == No {
		c.Live = true
		return s.bare && mode == networking.ClientTLSSettings_ISTIO_MUTUAL &&
			plain(port) && t.Ref.Namespace != s.root && Bare(s.r, t)
	}
	c.Live = sidecars == Yes
	if !Captured(t, c.Port) || CustomInbound(s.r, t.Ref.Namespace, t.Labels) {
		return false
	}
	policy := PeerPolicyOf(s.r, s.root, t.Ref.Namespace, t.Labels)
	c.Server, c.By = policy.Mode(c.Port)
	return !policy.Revisioned && Refuses(c.Server, mode)
}

// plain tells whether what listens on a port of a Service does not speak TLS by
// itself, as far as the port says.
func plain(p *kinds.ServicePort) bool {
	protocol := p.AppProtocol
	if protocol == "" {
		protocol, _, _ = strings.Cut(p.Name, "-")
	}
	return !slices.Contains([]string{"https", "tls"}, strings.ToLower(protocol))
}
