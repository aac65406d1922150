package mesh

import (
	"iter"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Barrier names the NetworkPolicies that stand in the way of a connection: all
// those that select the Pod on one side of it, for its direction.
type Barrier struct {
	Direction networkingv1.PolicyType
	Policies  []inventory.Ref
}

// Reaches tells whether the NetworkPolicies on both sides let one Pod connect
// to a TCP port of another. Where they certainly do not, the barrier says why.
//
// It is what the documentation of Kubernetes says (concepts, "Network
// Policies"): a Pod that no policy selects for a direction is open in it, and
// one that some select is open to what a rule of any of them allows. The answer
// is Maybe where it depends on an address (ipBlock), on a Pod in the network of
// its node, or on labels that only the cluster knows. Policies of other kinds
// are not read.
func Reaches(r inventory.Reader, from, to *Template, port int32) (Answer, Barrier) {
	if from.Spec.HostNetwork || to.Spec.HostNetwork {
		return Maybe, Barrier{}
	}
	answer := Yes
	for _, side := range []struct {
		direction networkingv1.PolicyType
		pod, peer *Template
	}{{networkingv1.PolicyTypeEgress, from, to}, {networkingv1.PolicyTypeIngress, to, from}} {
		through, policies := passes(r, side.pod, side.direction, func(home string, rule PolicyRule) Answer {
			return min(rule.covers(to.Spec, port), rule.names(r, home, side.peer))
		})
		if through == No {
			return No, Barrier{Direction: side.direction, Policies: policies}
		}
		answer = min(answer, through)
	}
	return answer, Barrier{}
}

// passes tells whether the policies that select a Pod for a direction let pass
// what a rule in the namespace home allows. It names these policies.
func passes(r inventory.Reader, pod *Template, d networkingv1.PolicyType,
	allows func(home string, rule PolicyRule) Answer,
) (answer Answer, policies []inventory.Ref) {
	isolated, allowed := No, No
	for policy, selects := range PoliciesOf(r, pod, d) {
		isolated = max(isolated, selects)
		policies = append(policies, kinds.NetworkPolicies.Ref(policy.Namespace, policy.Name))
		for rule := range PolicyRules(policy, d) {
			allowed = max(allowed, min(selects, allows(policy.Namespace, rule)))
		}
	}
	return max(allowed, isolated.not()), policies
}

// PoliciesOf yields the NetworkPolicies for a direction that select a Pod, or
// may do so.
func PoliciesOf(r inventory.Reader, pod *Template, d networkingv1.PolicyType) iter.Seq2[*kinds.NetworkPolicy, Answer] {
	return func(yield func(*kinds.NetworkPolicy, Answer) bool) {
		for policy := range kinds.NetworkPolicies.In(r, pod.Ref.Namespace) {
			if !policy.Deleted.IsZero() || !isFor(policy.Spec, d) {
				continue
			}
			if selects := selectsPod(&policy.Spec.PodSelector, pod); selects != No && !yield(policy, selects) {
				return
			}
		}
	}
}

// isFor tells whether a policy is for a direction. As the API defaults it, one
// without types is for ingress, and for egress if it has rules for that.
func isFor(s *networkingv1.NetworkPolicySpec, d networkingv1.PolicyType) bool {
	if len(s.PolicyTypes) > 0 {
		return slices.Contains(s.PolicyTypes, d)
	}
	return d == networkingv1.PolicyTypeIngress || len(s.Egress) > 0
}
