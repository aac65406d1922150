package mesh

import (
	"slices"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// NamespaceWide tells whether a Telemetry is for all of its namespace, and in
// the root namespace for all of the mesh. As in istiod's
// namespaceWideTelemetryConfig, a selector without labels does not narrow it.
func NamespaceWide(t *kinds.Telemetry) bool {
	return len(t.Spec.GetSelector().GetMatchLabels()) == 0 && !targeted(t)
}

func targeted(t *kinds.Telemetry) bool {
	return t.Spec.GetTargetRef() != nil || len(t.Spec.GetTargetRefs()) > 0
}

// TelemetriesIn reads the Telemetries of a namespace in the order in which
// istiod takes the first that fits: the oldest first, and by name where that is
// equal.
func TelemetriesIn(r inventory.Reader, namespace string) []*kinds.Telemetry {
	var list []*kinds.Telemetry
	for t := range kinds.Telemetries.In(r, namespace) {
		if t.Deleted.IsZero() {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *kinds.Telemetry) int { return olderFirst(&a.Meta, &b.Meta) })
	return list
}

// Telemetries are those in effect on a proxy, the most general first: of the
// root namespace, of its own namespace, and its own. As in istiod's
// applicableTelemetries, at each of these levels the oldest counts alone.
func Telemetries(r inventory.Reader, root string, proxy *Template) []*kinds.Telemetry {
	var out []*kinds.Telemetry
	add := func(namespace string, fits func(*kinds.Telemetry) bool) {
		list := TelemetriesIn(r, namespace)
		if i := slices.IndexFunc(list, fits); i >= 0 {
			out = append(out, list[i])
		}
	}
	add(root, NamespaceWide)
	if proxy.Ref.Namespace != root {
		add(proxy.Ref.Namespace, NamespaceWide)
	}
	add(proxy.Ref.Namespace, func(t *kinds.Telemetry) bool { return attaches(t, proxy) })
	return out
}

// attaches tells whether a Telemetry singles out a proxy of its namespace: by
// labels, or as that of a Gateway of the Gateway API.
func attaches(t *kinds.Telemetry, proxy *Template) bool {
	if !targeted(t) {
		selector := t.Spec.GetSelector().GetMatchLabels()
		return len(selector) > 0 && kinds.Selects(selector, proxy.Labels)
	}
	gateway := proxy.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	refs := t.Spec.GetTargetRefs()
	if one := t.Spec.GetTargetRef(); one != nil {
		refs = append(slices.Clone(refs), one)
	}
	for _, ref := range refs {
		if gateway != "" && ref.GetKind() == "Gateway" && ref.GetName() == gateway {
			return true
		}
	}
	return false
}

// Selecting tells whether a Telemetry is for the proxies that it selects by
// labels.
func Selecting(t *kinds.Telemetry) bool {
	return len(t.Spec.GetSelector().GetMatchLabels()) > 0 && !targeted(t)
}

// SelectedByBoth finds a workload that two Telemetries of a namespace select.
func SelectedByBoth(r inventory.Reader, a, b *kinds.Telemetry) (inventory.Ref, bool) {
	other := b.Spec.GetSelector().GetMatchLabels()
	for t := range Templates(r, a.Namespace, a.Spec.GetSelector().GetMatchLabels()) {
		if kinds.Selects(other, t.Labels) {
			return WorkloadOf(r, &t), true
		}
	}
	return inventory.Ref{}, false
}

// SplitByRevision tells whether two objects are for different revisions of
// Istio, so that no istiod sees both.
func SplitByRevision(a, b *kinds.Meta) bool {
	x, y := a.Labels[kinds.RevisionLabel], b.Labels[kinds.RevisionLabel]
	return x != "" && y != "" && x != y
}
