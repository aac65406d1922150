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

// PlainCall is a port of a Service to which every sidecar and gateway speaks
// plain text, while a workload behind it takes mutual TLS alone.
type PlainCall struct {
	Service *kinds.Service
	// Rule is the first DestinationRule that counts for clients without one of
	// their own, and sets no TLS mode; nil if there is none.
	Rule *kinds.DestinationRule
	// Workload is what refuses them on Port, a port of its Pods.
	Workload inventory.Ref
	Port     int32
	// Live: running Pods show that they have a sidecar.
	Live bool
}

// AutoMTLSOff tells whether no control plane lets sidecars choose mutual TLS by
// themselves, and the configuration that says so.
func AutoMTLSOff(r inventory.Reader) (Config, bool) {
	config := MeshConfig(r)
	if config.AutoMTLS() {
		return config, false
	}
	return config, !slices.ContainsFunc(MeshConfigs(r), Config.AutoMTLS)
}

// DemandsMutualTLS tells whether a policy makes some port take mutual TLS alone.
func DemandsMutualTLS(a *kinds.PeerAuthentication) bool {
	return a.Deleted.IsZero() && demands(a, Strict)
}

// PlainCalls yields those calls that a PeerAuthentication is the reason to
// refuse, in a mesh in which [AutoMTLSOff]. A Service is left out as soon as
// some DestinationRule sets a TLS mode for some of its clients, be it for a
// subset: nobody knows which clients there are.
func PlainCalls(r inventory.Reader, config Config, a *kinds.PeerAuthentication) iter.Seq[PlainCall] {
	return func(yield func(PlainCall) bool) {
		s := &plainSearch{r: r, lookup: config.RuleLookup(r), policy: a, yield: yield}
		s.readRules()
		for _, namespace := range s.namespaces() {
			for service := range kinds.Services.In(r, namespace) {
				if !s.service(service) {
					return
				}
			}
		}
	}
}

// plainSearch is one search for the calls that a policy refuses.
type plainSearch struct {
	r      inventory.Reader
	lookup RuleLookup
	policy *kinds.PeerAuthentication
	yield  func(PlainCall) bool
	// clients are namespaces that may have rules which others have not.
	clients []string
	// some are the hosts of rules that set a TLS mode for some workloads.
	some []string
}

func (s *plainSearch) readRules() {
	seen := map[string]bool{"": true}
	for d := range kinds.DestinationRules.All(s.r) {
		if d.Spec.GetWorkloadSelector() != nil && setsTLS(d) {
			s.some = append(s.some, kinds.ResolveHost(d.Spec.GetHost(), d.Namespace))
		}
		seen[d.Namespace] = true
		for _, n := range ruleScope(d).Names() {
			seen[n] = true
		}
	}
	for n := range seen {
		s.clients = append(s.clients, n)
	}
	slices.Sort(s.clients)
}

func setsTLS(d *kinds.DestinationRule) bool {
	for range ClientSettings(d) {
		return true
	}
	return false
}

// namespaces are those whose workloads the policy is for; one of the root
// namespace with a selector is for none.
func (s *plainSearch) namespaces() []string {
	switch {
	case s.policy.Namespace != s.lookup.Root:
		return []string{s.policy.Namespace}
	case Selective(s.policy):
		return nil
	}
	return serviceNamespaces(s.r)
}

func (s *plainSearch) service(service *kinds.Service) bool {
	if !service.Deleted.IsZero() || len(service.Selector) == 0 || s.forSome(service) {
		return true
	}
	for i := range service.Ports {
		port := &service.Ports[i]
		if port.Protocol != corev1.ProtocolTCP {
			continue
		}
		if rule, is := s.plain(service, port); is && !s.workloads(service, port, rule) {
			return false
		}
	}
	return true
}

// forSome tells whether a rule sets a TLS mode for some clients of a Service.
func (s *plainSearch) forSome(service *kinds.Service) bool {
	return slices.ContainsFunc(s.some, func(host string) bool {
		return slices.ContainsFunc(spellings(s.r, service.Host()), func(n string) bool { return HostCovers(host, n) })
	})
}

// plain tells whether no client is told to use TLS for a port of a Service, and
// the rule that counts for those without one of their own.
func (s *plainSearch) plain(service *kinds.Service, port *kinds.ServicePort) (rule *kinds.DestinationRule, is bool) {
	number := uint32(port.Number) //nolint:gosec // a port
	for _, client := range append([]string{service.Namespace}, s.clients...) {
		rules := s.lookup.Rules(s.r, client, service.Host(), []string{service.Namespace})
		if rules.TLS(number, "").Settings != nil || slices.ContainsFunc(rules, bySubset) {
			return nil, false
		}
		if client == "" && len(rules) > 0 {
			rule = rules[0]
		}
	}
	return rule, true
}

func bySubset(d *kinds.DestinationRule) bool {
	for t := range ClientSettings(d) {
		if strings.HasPrefix(t.Field, "spec.subsets") {
			return true
		}
	}
	return false
}

func (s *plainSearch) workloads(service *kinds.Service, port *kinds.ServicePort, rule *kinds.DestinationRule) bool {
	for t := range Templates(s.r, service.Namespace, service.Selector) {
		target, known := TargetPort(port, t.Spec)
		if !known || !s.demanded(&t, target) {
			continue
		}
		call := PlainCall{
			Service: service, Rule: rule, Workload: WorkloadOf(s.r, &t), Port: target, Live: Sidecars(s.r, &t) == Yes,
		}
		if !s.yield(call) {
			return false
		}
	}
	return true
}

// demanded tells whether the sidecar of a template takes mutual TLS alone on a
// port, and that by the policy.
func (s *plainSearch) demanded(t *Template, port int32) bool {
	if Sidecars(s.r, t) == No || !Captured(t, port) || CustomInbound(s.r, t.Ref.Namespace, t.Labels) {
		return false
	}
	composed := PeerPolicyOf(s.r, s.lookup.Root, t.Ref.Namespace, t.Labels)
	mode, by := composed.Mode(port)
	return by == s.policy && !composed.Revisioned && Refuses(mode, networking.ClientTLSSettings_DISABLE)
}
