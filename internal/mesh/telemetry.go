package mesh

import (
	"iter"
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

// telemetries are those of a namespace in the order in which istiod takes the
// first that fits: the oldest first, and by name where that is equal.
type telemetries struct {
	all, wide, targeted []*kinds.Telemetry
	byLabel             map[string][]*kinds.Telemetry // the others, by one label of their selector
}

var telemetriesIn = kinds.Summarize(kinds.Telemetries.ByNamespace(), "by age",
	func(list iter.Seq[*kinds.Telemetry]) telemetries {
		s := telemetries{byLabel: map[string][]*kinds.Telemetry{}}
		for t := range list {
			if t.Deleted.IsZero() {
				s.all = append(s.all, t)
			}
		}
		slices.SortFunc(s.all, func(a, b *kinds.Telemetry) int { return olderFirst(&a.Meta, &b.Meta) })
		for _, t := range s.all {
			s.file(t)
		}
		return s
	}, func(a, b telemetries) bool { return slices.Equal(a.all, b.all) })

func (s *telemetries) file(t *kinds.Telemetry) {
	switch {
	case targeted(t):
		s.targeted = append(s.targeted, t)
	case NamespaceWide(t):
		s.wide = append(s.wide, t)
	default:
		key := kinds.SelectorKey(t.Spec.GetSelector().GetMatchLabels())
		s.byLabel[key] = append(s.byLabel[key], t)
	}
}

// SingleOut tells whether a Telemetry of a namespace is for some of its proxies
// alone.
func SingleOut(r inventory.Reader, namespace string) bool {
	s := telemetriesIn.In(r, namespace, "")
	return len(s.wide) < len(s.all)
}

// first is the oldest that fits; nil if none does.
func first(list []*kinds.Telemetry, fits func(*kinds.Telemetry) bool) *kinds.Telemetry {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return list[i]
	}
	return nil
}

// Telemetries are those in effect on a proxy, the most general first: of the
// root namespace, of its own namespace, and its own. As in istiod's
// applicableTelemetries, at each of these levels the oldest counts alone.
func Telemetries(r inventory.Reader, root string, proxy *Template) []*kinds.Telemetry {
	var out []*kinds.Telemetry
	add := func(list []*kinds.Telemetry) {
		if len(list) > 0 {
			out = append(out, list[0])
		}
	}
	add(telemetriesIn.In(r, root, "").wide)
	own := telemetriesIn.In(r, proxy.Ref.Namespace, "")
	if proxy.Ref.Namespace != root {
		add(own.wide)
	}
	if t := own.attached(proxy); t != nil {
		out = append(out, t)
	}
	return out
}

// attached is the oldest that singles out a proxy; nil if none does.
func (s *telemetries) attached(proxy *Template) *kinds.Telemetry {
	oldest := first(s.targeted, func(t *kinds.Telemetry) bool { return attaches(t, proxy) })
	for k, v := range proxy.Labels {
		t := first(s.byLabel[kinds.LabelKey(k, v)], func(t *kinds.Telemetry) bool { return attaches(t, proxy) })
		if t != nil && (oldest == nil || Older(&t.Meta, &oldest.Meta)) {
			oldest = t
		}
	}
	return oldest
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
