package mesh

import (
	"slices"
	"strings"

	"istio.io/api/label"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// GetsPods tells whether one of the injectors certainly gets Pods of the
// cluster: those of a namespace that say nothing, or those of a workload that
// asks by the label sidecar.istio.io/inject.
func GetsPods(r inventory.Reader, injectors []Injector) bool {
	for _, sort := range namespaceSorts(r, injectors) {
		for _, ns := range sort {
			if _, answer := MatchInjector(injectors, ns, SilentPod()); answer == Yes {
				return true
			}
			if !conditional(injectors) {
				break // its like are treated alike
			}
		}
	}
	for t := range Templates(r, "", map[string]string{label.SidecarInject.Name: injectTrue}) {
		ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
		if ns == nil {
			continue
		}
		if _, answer := MatchInjector(injectors, ns, &t); answer == Yes {
			return true
		}
	}
	return false
}

// namespaceSorts reads the namespaces from which istiod takes Pods, by name, in
// groups that the selectors of the injectors cannot tell apart.
//
// In files the Namespaces are off unless one is given.
func namespaceSorts(r inventory.Reader, injectors []Injector) [][]*kinds.Namespace {
	told := toldApart(injectors)
	at := map[string]int{}
	var out [][]*kinds.Namespace
	for ns := range kinds.Namespaces.All(r) {
		if ns.Terminating || Ignored(ns.Name) {
			continue
		}
		key := told.sort(namespaceLabels(ns))
		n, known := at[key]
		if !known {
			n = len(out)
			at[key], out = n, append(out, nil)
		}
		out[n] = append(out[n], ns)
	}
	return out
}

// distinctions are the values, by key, that selectors tell from all others.
type distinctions map[string][]string

// toldApart collects what the namespaceSelectors of injectors look at.
func toldApart(injectors []Injector) distinctions {
	out := distinctions{}
	for _, i := range injectors {
		if i.NamespaceSelector != nil {
			out.add(i.NamespaceSelector)
		}
	}
	return out
}

func (d distinctions) add(s *metav1.LabelSelector) {
	for k, v := range s.MatchLabels {
		d[k] = append(d[k], v)
	}
	for _, e := range s.MatchExpressions {
		d[e.Key] = append(d[e.Key], e.Values...)
	}
}

// sort is the same for labels that the selectors cannot tell apart.
func (d distinctions) sort(labels map[string]string) string {
	var parts []string
	for key, values := range d {
		v, has := labels[key]
		switch {
		case has && slices.Contains(values, v):
			parts = append(parts, key+"="+v)
		case has:
			parts = append(parts, key)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

func conditional(injectors []Injector) bool {
	return slices.ContainsFunc(injectors, func(i Injector) bool { return len(i.Conditions) > 0 })
}
