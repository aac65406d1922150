package mesh

import (
	"iter"
	"slices"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SidecarLabels are those of the workloads for which a Sidecar is; none means
// all of its namespace.
func SidecarLabels(s *kinds.Sidecar) map[string]string {
	return s.Spec.GetWorkloadSelector().GetLabels()
}

// SidecarRival finds the best other Sidecar of a namespace beside which only
// one counts: both are for all of the namespace, then the second result is
// empty, or both select the workload that it names. That one is for all and the
// other selects is no rivalry. The first is empty if there is none. It also
// tells whether the given one counts, and Maybe where ages are not known.
//
// As istiod's initSidecarScopes sorts them, one with a workloadSelector counts
// before one without, also if the selector has no labels, then the older one.
func SidecarRival(r inventory.Reader, s *kinds.Sidecar) (rival Peer, workload inventory.Ref, counts Answer) {
	all, own := sidecarLevels.In(r, s.Namespace, ""), sidecarLevel(s)
	self := kinds.Sidecars.Ref(s.Namespace, s.Name)
	if len(own.selector) == 0 {
		best := bestSidecar(all.wide, own, self)
		return best.Peer, inventory.Ref{}, best.yields(s)
	}
	for have, ref := range sidecarHolders(r, s.Namespace, own.selector) {
		if best := bestSidecar(slices.Collect(all.selecting(have)), own, self); best.Ref.Name != "" {
			return best.Peer, ref, best.yields(s)
		}
	}
	return Peer{}, inventory.Ref{}, Yes
}

// sidecarPeer is a Sidecar and whether it has a workloadSelector.
type sidecarPeer struct {
	Peer
	selective bool
}

func bestSidecar(candidates []*level, own *level, self inventory.Ref) sidecarPeer {
	var best sidecarPeer
	for _, l := range candidates {
		p, ok := l.oldestBut(self)
		if !ok || !oneRevision(own.revision, l.revision) {
			continue
		}
		next := sidecarPeer{p, l.demands == givenSelector}
		if best.Ref.Name == "" || next.before(best) {
			best = next
		}
	}
	return best
}

func (p sidecarPeer) before(o sidecarPeer) bool {
	if p.selective != o.selective {
		return p.selective
	}
	return p.older(o.Peer)
}

// yields tells whether a Sidecar counts before the peer.
func (p sidecarPeer) yields(s *kinds.Sidecar) Answer {
	switch given := s.Spec.GetWorkloadSelector() != nil; {
	case p.selective != given:
		return certainly(given)
	case p.Created.IsZero() || s.Created.IsZero():
		return Maybe
	}
	return certainly(!p.OlderThan(&s.Meta))
}

// sidecarHolders yields the labels of what a selector chooses in a namespace
// and Sidecars may be for: not gateways, nor what declines a sidecar or is in
// ambient mode.
func sidecarHolders(r inventory.Reader, namespace string, selector map[string]string,
) iter.Seq2[map[string]string, inventory.Ref] {
	return func(yield func(map[string]string, inventory.Ref) bool) {
		for t := range Templates(r, namespace, selector) {
			if mayHaveSidecar(r, &t) && !yield(t.Labels, WorkloadOf(r, &t)) {
				return
			}
		}
		for e := range Entries(r, namespace, selector) {
			if !yield(e.Labels, e.Ref) {
				return
			}
		}
	}
}

func mayHaveSidecar(r inventory.Reader, t *Template) bool {
	if role := t.Role(); role != NoProxy {
		return role == SidecarProxy
	}
	choice, given := InjectChoice(t)
	redirected := t.Annotations[annotation.AmbientRedirection.Name] == enabled
	return t.Component() == NoComponent && !Uninjectable(t.Ref.Namespace, t) && (choice || !given) &&
		!redirected && !asksForAmbient(r, t)
}

// givenSelector tells, among a level's demands, that there is a workloadSelector.
const givenSelector = "workloadSelector"

// sidecarLevels sums up the Sidecars of a namespace.
var sidecarLevels = kinds.Summarize(kinds.Sidecars.ByNamespace(), "levels",
	func(list iter.Seq[*kinds.Sidecar]) *levels {
		all := newLevels()
		for s := range list {
			if s.Deleted.IsZero() {
				all.enter(sidecarLevel(s), peerOf(kinds.Sidecars.Ref(s.Namespace, s.Name), &s.Meta))
			}
		}
		return all
	}, (*levels).equal)

func sidecarLevel(s *kinds.Sidecar) *level {
	l := &level{selector: SidecarLabels(s), revision: s.Labels[kinds.RevisionLabel]}
	if s.Spec.GetWorkloadSelector() != nil {
		l.demands = givenSelector
	}
	return l
}
