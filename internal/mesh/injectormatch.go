package mesh

import (
	"maps"
	"slices"

	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Gets tells whether the webhook gets a Pod like this when it is created in the
// namespace: whether both of its selectors match and all of its conditions hold.
func (i *Injector) Gets(ns *kinds.Namespace, t *Template) Answer {
	answer := i.Selects(ns, t)
	if answer == No {
		return No
	}
	holds, _ := i.Holds(ns.Name, t)
	return min(answer, holds)
}

// Selects tells whether the webhook's selectors match, its conditions aside. Of
// a template, labels that controllers add to its Pods are unknown.
func (i *Injector) Selects(ns *kinds.Namespace, t *Template) Answer {
	return min(selects(i.NamespaceSelector, namespaceLabels(ns)), t.selectedByWebhook(i.ObjectSelector))
}

// selectedByWebhook tells whether an objectSelector matches; nil matches
// everything.
func (t *Template) selectedByWebhook(s *metav1.LabelSelector) Answer {
	if s == nil {
		return Yes
	}
	return matches(s, t.Labels, func(key string) bool { return !t.Live && slices.Contains(addedLabels, key) })
}

// Holds tells whether all of the webhook's conditions hold, and names the first
// that does not, or else the first that may not. As with the API server, one
// that certainly does not hold comes before any that is not certain.
func (i *Injector) Holds(namespace string, t *Template) (Answer, *Condition) {
	answer, by := Yes, (*Condition)(nil)
	for n := range i.Conditions {
		c := &i.Conditions[n]
		if a := c.Matches(t, namespace); a < answer {
			answer, by = a, c
		}
	}
	return answer, by
}

// selects evaluates a selector of a webhook or of a setting; nil selects
// everything.
func selects(s *metav1.LabelSelector, have map[string]string) Answer {
	if s == nil {
		return Yes
	}
	return matches(s, have, func(string) bool { return false })
}

// namespaceLabels adds the label that the API server puts on every Namespace,
// which files leave out.
func namespaceLabels(ns *kinds.Namespace) map[string]string {
	if _, ok := ns.Labels[corev1.LabelMetadataName]; ok {
		return ns.Labels
	}
	have := maps.Clone(ns.Labels)
	if have == nil {
		have = map[string]string{}
	}
	have[corev1.LabelMetadataName] = ns.Name
	return have
}

// MatchInjector finds the injector that gets a Pod like this, and how certain
// that is; nil and [No] if none does.
func MatchInjector(injectors []Injector, ns *kinds.Namespace, t *Template) (*Injector, Answer) {
	var best *Injector
	answer := No
	for i := range injectors {
		if m := injectors[i].Gets(ns, t); m > answer {
			best, answer = &injectors[i], m
		}
	}
	return best, answer
}

// ServesNamespace tells whether an injector gets some Pod of the namespace: one
// that says nothing, or one that asks for a sidecar by its own label.
func ServesNamespace(injectors []Injector, ns *kinds.Namespace) Answer {
	_, silent := MatchInjector(injectors, ns, SilentPod())
	asking := SilentPod()
	asking.Labels = map[string]string{label.SidecarInject.Name: injectTrue}
	_, heard := MatchInjector(injectors, ns, asking)
	return max(silent, heard)
}
