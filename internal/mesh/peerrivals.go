package mesh

import (
	"maps"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PeerRivals finds the other PeerAuthentications of a namespace of which only
// the oldest counts: all those without selector or, of those with one, all that
// select a workload which the given one selects, too. It does not know that
// those with a selector count for nobody in the root namespace.
func PeerRivals(r inventory.Reader, a *kinds.PeerAuthentication) []*kinds.PeerAuthentication {
	var out []*kinds.PeerAuthentication
	for other := range kinds.PeerAuthentications.In(r, a.Namespace) {
		if other != a && other.Deleted.IsZero() && Selective(other) == Selective(a) && OneRevision(&a.Meta, &other.Meta) &&
			(!Selective(a) || shareWorkload(r, a, other)) {
			out = append(out, other)
		}
	}
	return out
}

func shareWorkload(r inventory.Reader, a, b *kinds.PeerAuthentication) bool {
	both := maps.Clone(a.Spec.GetSelector().GetMatchLabels())
	for k, v := range b.Spec.GetSelector().GetMatchLabels() {
		if have, ok := both[k]; ok && have != v {
			return false
		}
		both[k] = v
	}
	return SelectsWorkload(r, a.Namespace, both) || SelectsEntry(r, a.Namespace, both)
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
