package mesh

import (
	"istio.io/api/label"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// HBONEPort is the port by which Pods in ambient mode get what the mesh sends
// them, whatever port of theirs it is for. NetworkPolicies are applied to it
// and not to the other (istio.io, "Ambient and Kubernetes NetworkPolicy").
const HBONEPort = 15008

// AmbientWorkload tells whether ztunnel carries the traffic of a workload: as
// its live Pods show or, where it has none, as labels ask.
func AmbientWorkload(r inventory.Reader, w *kinds.Workload) bool {
	live := false
	for p := range w.Pods(r) {
		if InAmbient(p) {
			return true
		}
		live = true
	}
	if live {
		return false
	}
	t := OfWorkload(w)
	return asksForAmbient(r, &t)
}

// asksForAmbient: a sidecar, if labels ask for both, is what the Pod gets.
func asksForAmbient(r inventory.Reader, t *Template) bool {
	ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
	return ns != nil && t.Role() == NoProxy && AsksForAmbient(ns, t) && AsksForSidecar(ns, t) == ""
}

// WithoutHBONE finds a NetworkPolicy that lets clients in ambient mode through
// to a TCP port of a Pod, and so means to, while no policy that selects the Pod
// lets anything through to [HBONEPort]; nil if there is none.
func WithoutHBONE(r inventory.Reader, pod *Template) *kinds.NetworkPolicy {
	var found *kinds.NetworkPolicy
	for policy, selects := range PoliciesOf(r, pod, networkingv1.PolicyTypeIngress) {
		for rule := range PolicyRules(policy, networkingv1.PolicyTypeIngress) {
			if selects != Yes || rule.covers(pod.Spec, HBONEPort) == Yes {
				return nil
			}
			if found == nil && rule.aboutTCP() && rule.meansAmbient(r, policy.Namespace) {
				found = policy
			}
		}
	}
	return found
}

func (rule PolicyRule) aboutTCP() bool {
	for i := range rule.Ports {
		if isTCP(&rule.Ports[i]) {
			return true
		}
	}
	return false
}

// meansAmbient tells whether one of the rule's peers is in ambient mode.
func (rule PolicyRule) meansAmbient(r inventory.Reader, home string) bool {
	for i := range rule.Peers {
		if ambientPeer(r, home, &rule.Peers[i]) {
			return true
		}
	}
	return len(rule.Peers) == 0
}

func ambientPeer(r inventory.Reader, home string, p *networkingv1.NetworkPolicyPeer) bool {
	if p.IPBlock != nil {
		return false
	}
	if p.NamespaceSelector == nil {
		return ambientPods(r, home, p.PodSelector)
	}
	enrolled := kinds.LabelKey(label.IoIstioDataplaneMode.Name, ambient)
	for ns := range kinds.NamespacesByLabel.Everywhere(r, enrolled) {
		if selectsNamespace(r, p.NamespaceSelector, ns.Name) == Yes && ambientPods(r, ns.Name, p.PodSelector) {
			return true
		}
	}
	return false
}

// ambientPods tells whether a selector, nil for all, chooses a Pod in ambient
// mode.
func ambientPods(r inventory.Reader, namespace string, s *metav1.LabelSelector) bool {
	if s == nil {
		s = &metav1.LabelSelector{}
	}
	for t := range Templates(r, namespace, s.MatchLabels) {
		if selectsPod(s, &t) == Yes && asksForAmbient(r, &t) {
			return true
		}
	}
	return false
}

// Member finds a workload of a namespace that takes part in the mesh, with a
// sidecar or in ambient mode.
func Member(r inventory.Reader, namespace string) (inventory.Ref, bool) {
	seen := map[inventory.Ref]bool{}
	for t := range Templates(r, namespace, nil) {
		ref := WorkloadOf(r, &t)
		if seen[ref] {
			continue // Pods of one owner that is not in the inventory
		}
		seen[ref] = true
		if w, ok := kinds.ResolveWorkload(r, ref); ok && InMesh(r, w) {
			return ref, true
		}
	}
	return inventory.Ref{}, false
}
