package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ProxyLacks tells which of some amounts the istio-proxy of a workload goes
// without, and where, as part of a sentence: in "all of its Pods", in "some of
// its Pods" or, if nothing of it runs, in "new Pods". Nothing is lacking where
// amounts are given for the Pod as a whole, or where it is not known.
//
// Of what does not run it reads what [WouldGet] does: so come late.
func ProxyLacks(r inventory.Reader, w *kinds.Workload, amounts ...ProxyResource) (lacking []ProxyResource,
	where string,
) {
	if w.Spec().Amounts || Over(w) {
		return nil, ""
	}
	if !Runs(r, w) {
		return lacksWhenNew(r, w, amounts), "new Pods"
	}
	proxies := LiveProxies(r, w)
	where = "all of its Pods"
	for _, amount := range amounts {
		with := 0
		for _, c := range proxies {
			if amount.isOf(c) {
				with++
			}
		}
		if with == len(proxies) {
			continue
		}
		lacking = append(lacking, amount)
		if with > 0 {
			where = "some of its Pods"
		}
	}
	return lacking, where
}

// ProxyUnset tells which of both requests and the memory limit the istio-proxy
// of a workload goes without, and where, as [ProxyLacks] does. What is lacking
// only since annotations displace the installation's defaults is left out: that
// is a mistake of its own, see [LostDefaults].
func ProxyUnset(r inventory.Reader, w *kinds.Workload) (lacking []ProxyResource, where string) {
	lacking, where = ProxyLacks(r, w, append(Requests, MemoryLimit)...)
	if len(lacking) == 0 {
		return nil, ""
	}
	lost := LostDefaults(r, w)
	return slices.DeleteFunc(lacking, func(amount ProxyResource) bool { return lost.Of(amount).Given }), where
}

// Runs tells whether a workload has a live Pod.
func Runs(r inventory.Reader, w *kinds.Workload) bool {
	for range w.Pods(r) {
		return true
	}
	return false
}

func lacksWhenNew(r inventory.Reader, w *kinds.Workload, amounts []ProxyResource) []ProxyResource {
	would, known := WouldGet(r, w)
	if known != Yes {
		return nil
	}
	var lacking []ProxyResource
	for _, amount := range amounts {
		if !would.Of(amount).Given {
			lacking = append(lacking, amount)
		}
	}
	return lacking
}

// The two each of [ProxyResources].
var (
	Requests = ProxyResources[:2:2]
	Limits   = ProxyResources[2:]
	// MemoryLimit is the one limit that a proxy should have.
	MemoryLimit = ProxyResources[3]
)

// Given drops the references that name nothing, as those of settings that the
// workload itself or a default gives.
func Given(refs ...inventory.Ref) []inventory.Ref {
	return slices.DeleteFunc(refs, func(r inventory.Ref) bool { return r.Name == "" })
}

// ContainerAmounts are those of any container of a namespace's Pods, once the
// API server has filled in what is missing; source names what the container
// says itself.
func ContainerAmounts(r inventory.Reader, namespace string, c *kinds.Container, source string) ProxyAmounts {
	amounts := amountsOf(c, source)
	amounts.complete(limitRanges(r, namespace))
	return amounts
}

// ProxyResourcesField is where the resources of a workload's istio-proxy would
// be written: at one that the Pod template brings along, as a gateway's does,
// else among the annotations.
func ProxyResourcesField(w *kinds.Workload) string {
	for _, c := range w.Spec().Containers {
		if c.Name == proxyContainer {
			return PodField(w.Ref.Kind, ContainerField(w.Spec(), proxyContainer)+".resources")
		}
	}
	return PodField(w.Ref.Kind, "metadata.annotations")
}

// AmountField is where an amount of a workload's istio-proxy is written: at its
// annotation, or else ProxyResourcesField.
func AmountField(w *kinds.Workload, a Amount) string {
	if key, ok := strings.CutPrefix(a.Source, annotationSource); ok {
		return PodField(w.Ref.Kind, "metadata.annotations["+key+"]")
	}
	return ProxyResourcesField(w)
}
