package mesh

import (
	"iter"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PolicyRule is a rule of a NetworkPolicy, of either direction: it allows what
// is about one of its peers and one of its ports.
type PolicyRule struct {
	Peers []networkingv1.NetworkPolicyPeer // none: everything
	Ports []networkingv1.NetworkPolicyPort // none: all
}

// PolicyRules yields a policy's rules for a direction.
func PolicyRules(p *kinds.NetworkPolicy, d networkingv1.PolicyType) iter.Seq[PolicyRule] {
	return func(yield func(PolicyRule) bool) {
		if d == networkingv1.PolicyTypeEgress {
			for i := range p.Spec.Egress {
				if !yield(PolicyRule{p.Spec.Egress[i].To, p.Spec.Egress[i].Ports}) {
					return
				}
			}
			return
		}
		for i := range p.Spec.Ingress {
			if !yield(PolicyRule{p.Spec.Ingress[i].From, p.Spec.Ingress[i].Ports}) {
				return
			}
		}
	}
}

// covers tells whether the rule is about a TCP port of a Pod.
func (rule PolicyRule) covers(target *kinds.PodSpec, port int32) Answer {
	for i := range rule.Ports {
		if isPort(&rule.Ports[i], target, port) {
			return Yes
		}
	}
	if len(rule.Ports) == 0 {
		return Yes
	}
	return No
}

func isPort(p *networkingv1.NetworkPolicyPort, target *kinds.PodSpec, port int32) bool {
	switch {
	case !isTCP(p):
		return false
	case p.Port == nil:
		return true
	case p.Port.Type == intstr.String:
		return hasPort(target, p.Port.StrVal, port)
	case p.EndPort != nil:
		return p.Port.IntVal <= port && port <= *p.EndPort
	}
	return p.Port.IntVal == port
}

func isTCP(p *networkingv1.NetworkPolicyPort) bool {
	return p.Protocol == nil || *p.Protocol == corev1.ProtocolTCP
}

// hasPort tells whether a Pod gives the name to the TCP port.
func hasPort(s *kinds.PodSpec, name string, port int32) bool {
	for c := range s.AllContainers {
		for _, p := range c.Ports {
			if p.Name == name && p.Number == port && p.Protocol == corev1.ProtocolTCP {
				return true
			}
		}
	}
	return false
}

// names tells whether the rule, of a policy in the namespace home, is about a
// Pod.
func (rule PolicyRule) names(r inventory.Reader, home string, pod *Template) Answer {
	if len(rule.Peers) == 0 {
		return Yes
	}
	answer := No
	for i := range rule.Peers {
		answer = max(answer, isPeer(r, home, &rule.Peers[i], pod))
	}
	return answer
}

// isPeer tells whether a peer means a Pod. Whether an address is a Pod's, and
// whether ipBlock means Pods at all, differs by cluster.
func isPeer(r inventory.Reader, home string, p *networkingv1.NetworkPolicyPeer, pod *Template) Answer {
	if p.IPBlock != nil {
		return Maybe
	}
	answer := Yes
	if p.PodSelector != nil {
		answer = selectsPod(p.PodSelector, pod)
	}
	if answer == No || p.NamespaceSelector == nil && pod.Ref.Namespace != home {
		return No
	}
	if p.NamespaceSelector == nil {
		return answer
	}
	return min(answer, selectsNamespace(r, p.NamespaceSelector, pod.Ref.Namespace))
}
