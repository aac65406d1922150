package mesh

import (
	"iter"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TLSConflict is a setting of a DestinationRule with which its clients are
// refused by a workload.
type TLSConflict struct {
	ClientTLS
	Service *kinds.Service
	// Workload is what refuses them on Port, a port of its Pods.
	Workload inventory.Ref
	Port     int32
	// Server is the mode on that port and By the policy that says so. By is nil
	// if the Pods have no sidecar, so that they get what they do not understand.
	Server ServerMode
	By     *kinds.PeerAuthentication
	// Live: running Pods show that they have, or have not, a sidecar.
	Live bool
}

// TLSConflicts yields the conflicts of a DestinationRule: of each setting that
// counts for some client, with each workload of the Services that it covers.
// A rule without TLS settings leaves the choice to auto mTLS and has none.
// Workloads without sidecar are looked for only where the rule is for one
// Service or one namespace.
func TLSConflicts(r inventory.Reader, d *kinds.DestinationRule) iter.Seq[TLSConflict] {
	return func(yield func(TLSConflict) bool) {
		strict, disable := refusable(d)
		if !d.Deleted.IsZero() || d.Spec.GetWorkloadSelector() != nil || !strict && !disable {
			return
		}
		s := &tlsSearch{r: r, rule: d, yield: yield, bare: disable}
		s.run(strict, disable)
	}
}

// refusable tells whether a sidecar that is strict, or one that is disabled,
// would refuse clients with some setting of the rule.
func refusable(d *kinds.DestinationRule) (strict, disable bool) {
	for t := range ClientSettings(d) {
		strict = strict || Refuses(Strict, t.Settings.GetMode())
		disable = disable || Refuses(Disable, t.Settings.GetMode())
	}
	return strict, disable
}

type tlsSearch struct {
	r     inventory.Reader
	rule  *kinds.DestinationRule
	yield func(TLSConflict) bool
	// bare: workloads without sidecar are looked for.
	bare bool
	// lookup is read when the first Service is found.
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
			if c := rules.TLS(uint32(port.Number), subset); c.Rule == s.rule && c.Settings != nil && //nolint:gosec // a port
				!s.workloads(service, port, subset, rules, c) {
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
	if s.lookup == nil {
		l := MeshConfig(s.r).RuleLookup(s.r)
		s.lookup = &l
	}
	clients := append([]string{s.rule.Namespace, ""}, ruleScope(s.rule).Names()...)
	for _, client := range clients {
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
	if !slices.ContainsFunc(s.rule.Spec.GetSubsets(), func(u *networking.Subset) bool { return u.GetTrafficPolicy() != nil }) {
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

func (s *tlsSearch) workloads(service *kinds.Service, port *kinds.ServicePort, subset string, rules Rules, c ClientTLS) bool {
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
			plain(port) && t.Ref.Namespace != s.lookup.Root && Bare(s.r, t)
	}
	c.Live = sidecars == Yes
	if !Captured(t, c.Port) || CustomInbound(s.r, t.Ref.Namespace, t.Labels) {
		return false
	}
	policy := PeerPolicyOf(s.r, s.lookup.Root, t.Ref.Namespace, t.Labels)
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
