package mesh

import (
	"fmt"
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PeerRivals finds the other PeerAuthentications of a namespace of which only
// the oldest counts: all those without selector or, of those with one, all that
// select a workload which the given one selects, too. It does not know that
// those with a selector count for nobody in the root namespace. It also tells
// whether all demand the same, apart from whom they select.
func PeerRivals(r inventory.Reader, a *kinds.PeerAuthentication) (rivals Rivalry, alike bool) {
	own, alike := peerLevel(a), true
	var cohorts []*cohort
	for level := range peerLevels.In(r, a.Namespace, "").beside(r, a.Namespace, own) {
		cohorts = append(cohorts, &level.cohort)
		alike = alike && level.demands == own.demands
	}
	return rivalry(kinds.PeerAuthentications.Ref(a.Namespace, a.Name), cohorts), alike
}

// peerLevels sums up the PeerAuthentications of a namespace.
var peerLevels = kinds.Summarize(kinds.PeerAuthentications.ByNamespace(), "levels",
	func(list iter.Seq[*kinds.PeerAuthentication]) *levels {
		all := newLevels()
		for a := range list {
			if a.Deleted.IsZero() {
				all.enter(peerLevel(a), peerOf(kinds.PeerAuthentications.Ref(a.Namespace, a.Name), &a.Meta))
			}
		}
		return all
	}, (*levels).equal)

func peerLevel(a *kinds.PeerAuthentication) *level {
	return &level{
		selector: a.Spec.GetSelector().GetMatchLabels(), revision: a.Labels[kinds.RevisionLabel], demands: demandsOf(a),
	}
}

// demandsOf writes what a policy demands of whom it selects.
func demandsOf(a *kinds.PeerAuthentication) string {
	ports := map[uint32]string{}
	for port, mtls := range a.Spec.GetPortLevelMtls() {
		if mtls.GetMode() != 0 {
			ports[port] = mtls.GetMode().String()
		}
	}
	return fmt.Sprint(a.Spec.GetMtls().GetMode(), ports)
}

// selectable yields the labels of all that a selector chooses: controllers with
// or without Pods, live Pods, and workloads outside of Kubernetes.
func selectable(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[map[string]string] {
	return func(yield func(map[string]string) bool) {
		for t := range controllerTemplates(r, namespace, selector) {
			if !yield(t.Labels) {
				return
			}
		}
		for p := range SelectedPods(r, namespace, selector) {
			if !yield(p.Labels) {
				return
			}
		}
		for e := range Entries(r, namespace, selector) {
			if !yield(e.Labels) {
				return
			}
		}
	}
}
