package kinds

import (
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// PodDisruptionBudget is what checks see of a PodDisruptionBudget. A nil
// selector selects nothing, an empty one every Pod of the namespace.
type PodDisruptionBudget struct {
	Meta
	Selector       *metav1.LabelSelector
	MinAvailable   *intstr.IntOrString
	MaxUnavailable *intstr.IntOrString
}

// PodDisruptionBudgets is the kind PodDisruptionBudget.
var PodDisruptionBudgets = core(Row{
	KindInfo: &inventory.KindInfo{Kind: "PodDisruptionBudget.policy", Namespaced: true},
	Plural:   "poddisruptionbudgets", Versions: []string{"v1"},
}, func(p *policyv1.PodDisruptionBudget) *PodDisruptionBudget {
	return &PodDisruptionBudget{
		Meta: newMeta(&p.ObjectMeta), Selector: p.Spec.Selector,
		MinAvailable: p.Spec.MinAvailable, MaxUnavailable: p.Spec.MaxUnavailable,
	}
})
