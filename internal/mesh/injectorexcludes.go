package mesh

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Exclusion is why a webhook leaves Pods of a namespace out.
type Exclusion struct {
	// Label is the key of the Pods' label, there or not, that decides; "" if a
	// matchCondition does.
	Label string
	// Text is as "objectSelector \"team notin (data)\" of webhook W in
	// MutatingWebhookConfiguration C".
	Text string
}

// Excludes finds the first requirement by which the webhook certainly leaves a
// Pod out, be it of its objectSelector or a matchCondition. Whether it is meant
// for the namespace is not asked.
func (i *Injector) Excludes(ns *kinds.Namespace, t *Template) (Exclusion, bool) {
	if s := i.ObjectSelector; s != nil {
		for _, e := range requirements(s) {
			one := metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{e}}
			if t.selectedByWebhook(&one) == No {
				return Exclusion{e.Key, "objectSelector \"" + metav1.FormatLabelSelector(&one) + "\" of " + i.text()}, true
			}
		}
	}
	if holds, by := i.Holds(ns.Name, t); holds == No {
		return Exclusion{Text: i.conditionText(by)}, true
	}
	return Exclusion{}, false
}

// text names the webhook in a message.
func (i *Injector) text() string {
	return "webhook " + i.Name + " in MutatingWebhookConfiguration " + i.Config.Name
}

// requirements lists those of a selector: of its labels by their keys, then its
// expressions.
func requirements(s *metav1.LabelSelector) []metav1.LabelSelectorRequirement {
	var out []metav1.LabelSelectorRequirement
	for _, k := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		out = append(out, metav1.LabelSelectorRequirement{
			Key: k, Operator: metav1.LabelSelectorOpIn, Values: []string{s.MatchLabels[k]},
		})
	}
	return append(out, s.MatchExpressions...)
}
