package kinds

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// LimitRange is what checks see of a LimitRange.
type LimitRange struct {
	Meta
	Limits []corev1.LimitRangeItem
}

// ResourceQuota is what checks see of a ResourceQuota. How much is used is left
// out.
type ResourceQuota struct {
	Meta
	Hard          corev1.ResourceList
	Scopes        []corev1.ResourceQuotaScope
	ScopeSelector *corev1.ScopeSelector
}

var (
	// LimitRanges is the kind LimitRange.
	LimitRanges = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "LimitRange", Namespaced: true},
		Plural:   "limitranges", Versions: []string{"v1"},
	}, func(l *corev1.LimitRange) *LimitRange {
		return &LimitRange{Meta: newMeta(&l.ObjectMeta), Limits: l.Spec.Limits}
	})
	// ResourceQuotas is the kind ResourceQuota.
	ResourceQuotas = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "ResourceQuota", Namespaced: true},
		Plural:   "resourcequotas", Versions: []string{"v1"},
	}, func(q *corev1.ResourceQuota) *ResourceQuota {
		return &ResourceQuota{
			Meta: newMeta(&q.ObjectMeta), Hard: q.Spec.Hard, Scopes: q.Spec.Scopes, ScopeSelector: q.Spec.ScopeSelector,
		}
	})
)
