package mesh

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Discovers tells whether istiod looks at a namespace: it does unless there are
// discoverySelectors and none of them matches.
func (c Config) Discovers(ns *kinds.Namespace) Answer {
	list := c.GetDiscoverySelectors()
	answer := certainly(len(list) == 0)
	for _, s := range list {
		selector := metav1.LabelSelector{MatchLabels: s.GetMatchLabels()}
		for _, e := range s.GetMatchExpressions() {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: e.GetKey(), Operator: metav1.LabelSelectorOperator(e.GetOperator()), Values: e.GetValues(),
			})
		}
		answer = max(answer, selects(&selector, namespaceLabels(ns)))
	}
	return answer
}
