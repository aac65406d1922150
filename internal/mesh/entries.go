package mesh

import (
	"iter"
	"maps"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Entry is a workload outside of Kubernetes, or those that a group makes.
type Entry struct {
	// Ref names the WorkloadEntry or the WorkloadGroup.
	Ref            inventory.Ref
	Labels         map[string]string
	ServiceAccount string // "" if none is given
}

// Entries yields the WorkloadEntries of a namespace ("" is the whole cluster)
// that a selector chooses, and what WorkloadGroups make. An empty selector
// chooses everything.
func Entries(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for e := range allEntries(r, namespace, selector) {
			if kinds.Selects(selector, e.Labels) && !yield(e) {
				return
			}
		}
	}
}

// allEntries yields more than the selector chooses.
func allEntries(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Entry] {
	entries := kinds.WorkloadEntriesByLabel.In(r, namespace, kinds.SelectorKey(selector))
	if len(selector) == 0 {
		entries = inNamespace(r, kinds.WorkloadEntries, namespace)
	}
	return func(yield func(Entry) bool) {
		for e := range entries {
			ref := kinds.WorkloadEntries.Ref(e.Namespace, e.Name)
			if !yield(Entry{ref, kinds.WorkloadEntryLabels(e), e.Spec.GetServiceAccount()}) {
				return
			}
		}
		for g := range inNamespace(r, kinds.WorkloadGroups, namespace) {
			ref := kinds.WorkloadGroups.Ref(g.Namespace, g.Name)
			if !yield(Entry{ref, groupLabels(g), g.Spec.GetTemplate().GetServiceAccount()}) {
				return
			}
		}
	}
}

// groupLabels are those of the WorkloadEntries that a group makes.
func groupLabels(g *kinds.WorkloadGroup) map[string]string {
	labels := map[string]string{}
	maps.Copy(labels, g.Spec.GetTemplate().GetLabels())
	maps.Copy(labels, g.Spec.GetMetadata().GetLabels())
	return labels
}
