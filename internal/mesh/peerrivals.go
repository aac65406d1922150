package mesh

import (
	"maps"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PeerRivals finds the other PeerAuthentications of a namespace of which only
// the oldest counts: all those without selector or, of those with one, all that
// select a workload which the given one selects, too. It does not know that
// those with a selector count for nobody in the root namespace.
func PeerRivals(r inventory.Reader, a *kinds.PeerAuthentication) []*kinds.PeerAuthentication {
	var out []*kinds.PeerAuthentication
	shared := map[string]bool{} // by the selector of the other
	for other := range kinds.PeerAuthentications.In(r, a.Namespace) {
		if other != a && other.Deleted.IsZero() && Selective(other) == Selective(a) && OneRevision(&a.Meta, &other.Meta) &&
			(!Selective(a) || shareWorkload(r, a, other, shared)) {
			out = append(out, other)
		}
	}
	return out
}

// shareWorkload tells whether two policies select a workload that is the same.
// It remembers the answer for the selector of the second.
func shareWorkload(r inventory.Reader, a, b *kinds.PeerAuthentication, known map[string]bool) bool {
	theirs := b.Spec.GetSelector().GetMatchLabels()
	key := labels.Set(theirs).String()
	answer, ok := known[key]
	if !ok {
		answer = selectTogether(r, a.Namespace, a.Spec.GetSelector().GetMatchLabels(), theirs)
		known[key] = answer
	}
	return answer
}

// selectTogether tells whether two selectors choose a workload that is the same.
func selectTogether(r inventory.Reader, namespace string, a, b map[string]string) bool {
	both := maps.Clone(a)
	for k, v := range b {
		if have, ok := both[k]; ok && have != v {
			return false
		}
		both[k] = v
	}
	return SelectsWorkload(r, namespace, both) || SelectsEntry(r, namespace, both)
}

// SameDemands tells whether two policies demand the same, apart from whom they
// select.
func SameDemands(a, b *kinds.PeerAuthentication) bool {
	if a.Spec.GetMtls().GetMode() != b.Spec.GetMtls().GetMode() {
		return false
	}
	x, y := a.Spec.GetPortLevelMtls(), b.Spec.GetPortLevelMtls()
	for port := range x {
		if x[port].GetMode() != y[port].GetMode() {
			return false
		}
	}
	for port := range y {
		if x[port].GetMode() != y[port].GetMode() {
			return false
		}
	}
	return true
}
