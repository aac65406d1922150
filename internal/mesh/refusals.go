package mesh

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Refusal is why Kubernetes refuses a Pod because of its istio-proxy.
type Refusal struct {
	// By is the LimitRange or ResourceQuota, and Since when it was made.
	By    inventory.Ref
	Since time.Time
	// Of is the amount at fault.
	Of ProxyResource
	// Text is a sentence that quotes both.
	Text string
}

// ProxyRefusals are the reasons why the API server refuses new Pods of a
// workload, given the amounts of their istio-proxy: a LimitRange for containers
// or Pods, or a ResourceQuota that demands an amount. What it would refuse
// without the proxy, too, is left out, as are quotas of a scope other than
// NotBestEffort, and how much of a quota is used.
func ProxyRefusals(r inventory.Reader, w *kinds.Workload, proxy *ProxyAmounts) []Refusal {
	if w.Spec().Amounts {
		return nil
	}
	ranges := limitRanges(r, w.Namespace())
	others := besideProxy(w.Spec(), ranges)
	var out []Refusal
	for _, l := range ranges {
		if !l.Deleted.IsZero() {
			continue
		}
		for i := range l.Limits {
			for _, why := range refusedByItem(&l.Limits[i], proxy, others) {
				why.By, why.Since = kinds.LimitRanges.Ref(l.Namespace, l.Name), l.Created
				why.Text = fmt.Sprintf("LimitRange %s/%s %s", l.Namespace, l.Name, why.Text)
				out = append(out, why)
			}
		}
	}
	for q := range kinds.ResourceQuotas.In(r, w.Namespace()) {
		out = append(out, refusedByQuota(q, proxy, others)...)
	}
	return out
}

// besideProxy are the amounts of a Pod's other containers, with what
// LimitRanges fill in.
func besideProxy(s *kinds.PodSpec, ranges []*kinds.LimitRange) []ProxyAmounts {
	var out []ProxyAmounts
	for c := range AppContainers(s) {
		if c.Ends {
			continue
		}
		a := amountsOf(c.Container, "")
		a.complete(ranges)
		out = append(out, a)
	}
	return out
}

func refusedByItem(item *corev1.LimitRangeItem, proxy *ProxyAmounts, others []ProxyAmounts) []Refusal {
	switch item.Type {
	case corev1.LimitTypeContainer:
		return refusedContainer(item, proxy)
	case corev1.LimitTypePod:
		return refusedPod(item, proxy, others)
	case corev1.LimitTypePersistentVolumeClaim:
	}
	return nil
}

func refusedContainer(item *corev1.LimitRangeItem, proxy *ProxyAmounts) []Refusal {
	var out []Refusal
	for _, p := range ProxyResources {
		a := proxy.Of(p)
		if !a.Given {
			continue
		}
		if most, ok := item.Max[p.Resource]; ok && a.Quantity.Cmp(most) > 0 {
			out = append(out, Refusal{Of: p, Text: fmt.Sprintf(
				"allows a container at most %s of %s, and istio-proxy has a %s", most.String(), p.Resource, p.described(a))})
		}
		if least, ok := item.Min[p.Resource]; ok && a.Quantity.Cmp(least) < 0 {
			out = append(out, Refusal{Of: p, Text: fmt.Sprintf(
				"demands at least %s of %s for a container, and istio-proxy has a %s", least.String(), p.Resource, p.described(a))})
		}
	}
	return append(out, refusedRatio(item, proxy)...)
}

// described is as "cpu limit of 2 (its Pods)".
func (p ProxyResource) described(a Amount) string {
	return fmt.Sprintf("%s of %s (%s)", p, a.Quantity.String(), a.Source)
}

func refusedRatio(item *corev1.LimitRangeItem, proxy *ProxyAmounts) []Refusal {
	var out []Refusal
	for _, p := range Limits {
		most, ok := item.MaxLimitRequestRatio[p.Resource]
		limit, request := proxy.Of(p), proxy.Of(p.OfRequest())
		if !ok || !limit.Given || !request.Given || request.Quantity.IsZero() {
			continue
		}
		allowed := most.AsApproximateFloat64() * request.Quantity.AsApproximateFloat64()
		if limit.Quantity.AsApproximateFloat64() <= allowed*(1+1e-9) { // up to rounding
			continue
		}
		out = append(out, Refusal{Of: p, Text: fmt.Sprintf(
			"allows a limit of at most %s times the request, and istio-proxy has a %s for a request of %s",
			most.String(), p.described(limit), request.Quantity.String())})
	}
	return out
}
