package kinds

import (
	"iter"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

func controllerKind(k inventory.Kind) (Controllers, bool) {
	i := slices.IndexFunc(ControllerKinds, func(c Controllers) bool { return c.Name == k })
	if i < 0 {
		return Controllers{}, false
	}
	return ControllerKinds[i], true
}

// makes lists the kinds of controller that a kind makes. Kubernetes' own are
// known; of others any is expected. No known kind leads back to itself, so
// chains end.
func makes(k inventory.Kind) []Controllers {
	switch k {
	case Deployments.Name:
		return []Controllers{ReplicaSets}
	case CronJobs.Name:
		return []Controllers{Jobs}
	case ReplicaSets.Name, StatefulSets.Name, DaemonSets.Name, Jobs.Name:
		return nil
	}
	return ControllerKinds
}

// podsOf yields the Pods that an owner made, by itself and through other
// controllers, and tells whether to go on.
func podsOf(r inventory.Reader, kind inventory.Kind, owner *Meta, yield func(*Pod) bool) bool {
	for p := range PodsByController.In(r, owner.Namespace, ControllerKey(kind, owner.Name)) {
		if p.Controller.names(owner) && !yield(p) {
			return false
		}
	}
	for _, k := range makes(kind) {
		for c := range childrenOf(r, k, kind, owner) {
			if !podsOf(r, k.Name, &c.Meta, yield) {
				return false
			}
		}
	}
	return true
}

// childrenOf reads the controllers of a kind that an owner made.
func childrenOf(r inventory.Reader, k Controllers, kind inventory.Kind, owner *Meta) iter.Seq[*Controller] {
	return func(yield func(*Controller) bool) {
		for c := range k.ByController.In(r, owner.Namespace, ControllerKey(kind, owner.Name)) {
			if c.Controller.names(owner) && !yield(c) {
				return
			}
		}
	}
}

// names tells whether the owner reference, which has the object's kind and
// name, means the object: its UID where both are given.
func (o *Owner) names(object *Meta) bool {
	return o.UID == "" || object.UID == "" || o.UID == object.UID
}
