package mesh

import (
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Amount is one of the four amounts of an istio-proxy, and where it comes from.
type Amount struct {
	Quantity resource.Quantity
	// Given: there is an amount.
	Given bool
	// Source says what gives the amount, as "annotation
	// sidecar.istio.io/proxyCPU", "global.proxy.resources of ConfigMap
	// istio-system/istio-sidecar-injector", "LimitRange shop/caps", "container
	// istio-proxy of the Pod template" or "its Pods"; "" if nothing does.
	Source string
	// By is the object that gives it; zero if the workload itself does.
	By inventory.Ref
}

// annotationSource begins the source of what an annotation gives.
const annotationSource = "annotation "

// ProxyAmounts are the amounts of an istio-proxy, in the order of
// [ProxyResources].
type ProxyAmounts [4]Amount

// Of is one of the amounts.
func (a *ProxyAmounts) Of(p ProxyResource) Amount {
	for i := range ProxyResources {
		if ProxyResources[i] == p {
			return a[i]
		}
	}
	return Amount{}
}

func amountsOf(c *kinds.Container, source string) ProxyAmounts {
	var out ProxyAmounts
	for i, p := range ProxyResources {
		if q, ok := p.Of(c); ok {
			out[i] = Amount{Quantity: q, Given: true, Source: source}
		}
	}
	return out
}

func (a *ProxyAmounts) equal(b ProxyAmounts) bool {
	for i := range a {
		if a[i].Given != b[i].Given || a[i].Quantity.Cmp(b[i].Quantity) != 0 {
			return false
		}
	}
	return true
}

// over lays amounts over others.
func (a *ProxyAmounts) over(b ProxyAmounts) ProxyAmounts {
	for i := range a {
		if a[i].Given {
			b[i] = a[i]
		}
	}
	return b
}

// complete does what the API server does to a container: a missing request
// becomes the limit, and then LimitRanges, by name, say what is missing still.
func (a *ProxyAmounts) complete(ranges []*kinds.LimitRange) {
	for i, p := range ProxyResources {
		if limit := a.Of(p.OfLimit()); !p.Limit && !a[i].Given {
			a[i] = limit
		}
	}
	for _, l := range ranges {
		for item := range containerItems(l) {
			a.fill(l, item)
		}
	}
}

// limitRanges are those of a namespace, by name.
func limitRanges(r inventory.Reader, namespace string) []*kinds.LimitRange {
	return slices.Collect(kinds.LimitRanges.In(r, namespace))
}

func (a *ProxyAmounts) fill(l *kinds.LimitRange, item *corev1.LimitRangeItem) {
	for i, p := range ProxyResources {
		if q, ok := limitRangeDefault(item, p); ok && !a[i].Given {
			a[i] = Amount{
				Quantity: q, Given: true, Source: "LimitRange " + l.Namespace + "/" + l.Name,
				By: kinds.LimitRanges.Ref(l.Namespace, l.Name),
			}
		}
	}
}

func containerItems(l *kinds.LimitRange) iter.Seq[*corev1.LimitRangeItem] {
	return func(yield func(*corev1.LimitRangeItem) bool) {
		if !l.Deleted.IsZero() {
			return
		}
		for i := range l.Limits {
			if l.Limits[i].Type == corev1.LimitTypeContainer && !yield(&l.Limits[i]) {
				return
			}
		}
	}
}

// limitRangeDefault is what an item says of containers that say nothing. As the
// API server fills it in when the LimitRange is made, a missing default limit
// is the maximum, and a missing default request the default limit, or else the
// minimum.
func limitRangeDefault(item *corev1.LimitRangeItem, p ProxyResource) (resource.Quantity, bool) {
	lists := []corev1.ResourceList{item.Default, item.Max}
	if !p.Limit {
		lists = []corev1.ResourceList{item.DefaultRequest, item.Default, item.Max, item.Min}
	}
	for _, list := range lists {
		if q, ok := list[p.Resource]; ok {
			return q, true
		}
	}
	return resource.Quantity{}, false
}
