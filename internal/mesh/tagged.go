package mesh

import (
	"slices"
	"strings"

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

// Hooked tells whether a webhook configuration makes the tag, so that Pods may be
// injected by it.
func (t Tag) Hooked() bool {
	return slices.ContainsFunc(t.By, func(r inventory.Ref) bool { return r.Kind == kinds.MutatingWebhooks.Name })
}

// InControlPlane tells whether a namespace is the root one, or that of an istiod
// or of a Service that injectors call.
func InControlPlane(r inventory.Reader, namespace string) bool {
	return controlPlaneNamespaces(r)[namespace]
}

// Nearest is the name that somebody who wrote another one may have meant; "" if
// there is none, or a second is as near. A name is near if at most two letters
// are wrong, missing, extra or swapped, whatever their case.
func Nearest(written string, names []string) string {
	const most = 2
	best, distance := "", most+1
	for _, name := range names {
		switch d := typos(strings.ToLower(written), strings.ToLower(name)); {
		case d < distance:
			best, distance = name, d
		case d == distance:
			best = ""
		}
	}
	return best
}
