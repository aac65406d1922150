package mesh

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Asking lists, sorted, the namespaces that ask for a revision or tag: by
// istio.io/rev or, for the default one, by istio-injection=enabled.
//
// In files the Namespaces are off unless one is given.
func Asking(r inventory.Reader, name string) []string {
	labels := []string{kinds.LabelKey(kinds.RevisionLabel, name)}
	if name == DefaultRevision {
		labels = append(labels, kinds.LabelKey(InjectionLabel, enabled))
	}
	var out []string
	for _, by := range labels {
		for ns := range kinds.NamespacesByLabel.Everywhere(r, by) {
			if !ns.Terminating && EnrolmentOf(ns).Asked == name {
				out = append(out, ns.Name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// InControlPlane tells whether a namespace is the root one, or that of an istiod
// or of a Service that injectors call.
func InControlPlane(r inventory.Reader, namespace string) bool { return controlPlaneNamespaces(r)[namespace] }
