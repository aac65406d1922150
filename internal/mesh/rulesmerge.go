package mesh

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// olderFirst is istiod's order of objects: by creation, then by name.
func olderFirst(a, b *kinds.Meta) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return strings.Compare(a.Name+"."+a.Namespace, b.Name+"."+b.Namespace)
}

// Older tells whether istiod takes the first object for the older one.
func Older(a, b *kinds.Meta) bool { return olderFirst(a, b) < 0 }

// Subset finds the first declaration of a subset and its rule; nil if none of
// the rules has it.
func (rs Rules) Subset(name string) (*networking.Subset, *kinds.DestinationRule) {
	for _, d := range rs {
		for _, s := range d.Spec.GetSubsets() {
			if s.GetName() == name {
				return s, d
			}
		}
	}
	return nil, nil
}

// Policy finds the rule whose top-level traffic policy counts: the first that
// has one. It is nil where that depends on how istiod runs: whether it merges
// rules of different exportTo (PILOT_ENABLE_ENHANCED_DESTINATIONRULE_MERGE).
func (rs Rules) Policy() *kinds.DestinationRule {
	for _, d := range rs {
		if d.Spec.GetTrafficPolicy() == nil {
			continue
		}
		if d != rs[0] && !mergeable(rs[0].Spec.GetExportTo(), d.Spec.GetExportTo()) {
			return nil
		}
		return d
	}
	return nil
}

// mergeable tells whether a rule is merged into an older one in any case: their
// exportTo are the same set, or its is a wider one.
func mergeable(older, newer []string) bool {
	if len(older) == 0 {
		return len(newer) == 0
	}
	return !slices.ContainsFunc(older, func(e string) bool { return !slices.Contains(newer, e) })
}

// selective tells whether one of the rules is for some workloads alone.
func (rs Rules) selective() bool {
	return slices.ContainsFunc(rs, func(d *kinds.DestinationRule) bool { return d.Spec.GetWorkloadSelector() != nil })
}

// outside tells whether one of the rules lies in none of the namespaces.
func (rs Rules) outside(namespaces []string) bool {
	return slices.ContainsFunc(rs, func(d *kinds.DestinationRule) bool {
		return !slices.Contains(namespaces, d.Namespace)
	})
}

// Refs names the rules.
func (rs Rules) Refs() []inventory.Ref {
	out := make([]inventory.Ref, len(rs))
	for i, d := range rs {
		out[i] = kinds.DestinationRules.Ref(d.Namespace, d.Name)
	}
	return out
}
