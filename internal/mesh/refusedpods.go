package mesh

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// refusedPod: the sum of all containers exceeds what that of the others does
// not.
func refusedPod(item *corev1.LimitRangeItem, proxy *ProxyAmounts, others []ProxyAmounts) []Refusal {
	var out []Refusal
	for _, p := range ProxyResources {
		most, ok := item.Max[p.Resource]
		a := proxy.Of(p)
		sum, known := total(others, p)
		if !ok || !a.Given || !known || sum.Cmp(most) > 0 {
			continue
		}
		if sum.Add(a.Quantity); sum.Cmp(most) > 0 {
			out = append(out, Refusal{Of: p, Text: fmt.Sprintf(
				"allows a Pod at most %s of %s, and with istio-proxy, which has a %s, it would be %s",
				most.String(), p.Resource, p.described(a), sum.String())})
		}
	}
	return out
}

// total is the sum of an amount; it is false unless each has one.
func total(list []ProxyAmounts, p ProxyResource) (resource.Quantity, bool) {
	var sum resource.Quantity
	for i := range list {
		a := list[i].Of(p)
		if !a.Given {
			return sum, false
		}
		sum.Add(a.Quantity)
	}
	return sum, len(list) > 0
}

// quotaNames are the names by which a ResourceQuota bounds an amount.
func (p ProxyResource) quotaNames() []corev1.ResourceName {
	if p.Limit {
		return []corev1.ResourceName{"limits." + p.Resource}
	}
	return []corev1.ResourceName{"requests." + p.Resource, p.Resource}
}

func refusedByQuota(q *kinds.ResourceQuota, proxy *ProxyAmounts, others []ProxyAmounts) []Refusal {
	if !q.Deleted.IsZero() || !judged(q) {
		return nil
	}
	var out []Refusal
	for _, p := range ProxyResources {
		at := slices.IndexFunc(p.quotaNames(), func(n corev1.ResourceName) bool { _, ok := q.Hard[n]; return ok })
		if _, given := total(others, p); at < 0 || proxy.Of(p).Given || !given {
			continue
		}
		out = append(out, Refusal{
			By: kinds.ResourceQuotas.Ref(q.Namespace, q.Name), Since: q.Created, Of: p,
			Text: fmt.Sprintf("ResourceQuota %s/%s bounds %s, so that every container must have a %s, and istio-proxy has none",
				q.Namespace, q.Name, p.quotaNames()[at], p),
		})
	}
	return out
}

// judged tells whether a quota is for every Pod that gives some amount.
func judged(q *kinds.ResourceQuota) bool {
	return q.ScopeSelector == nil && !slices.ContainsFunc(q.Scopes, func(s corev1.ResourceQuotaScope) bool {
		return s != corev1.ResourceQuotaScopeNotBestEffort
	})
}
