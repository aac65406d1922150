package mesh

import (
	"slices"
	"strings"

	"istio.io/api/annotation"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// EffectiveProxy is what the istio-proxy of a workload has: in its live Pods
// where these agree, else what [WouldGet] says. No means that it has no
// istio-proxy; Maybe, that the amounts are not known: Pods differ, or see
// WouldGet.
func EffectiveProxy(r inventory.Reader, w *kinds.Workload) (ProxyAmounts, Answer) {
	live := LiveProxies(r, w)
	if len(live) == 0 {
		return WouldGet(r, w)
	}
	amounts := amountsOf(live[0], "its Pods")
	for _, c := range live[1:] {
		if !amounts.equal(amountsOf(c, "")) {
			return ProxyAmounts{}, Maybe
		}
	}
	return amounts, Yes
}

// WouldGet is what the istio-proxy of a new Pod of a workload has, in the order
// of injection and API server:
//
//  1. A sidecar has what annotations say, if any of the four is there, else
//     global.proxy.resources of the installation; a gateway has nothing of both.
//  2. What a container istio-proxy of the Pod template says counts before.
//  3. A request that is missing is its limit.
//  4. What is missing then is what a LimitRange of the namespace says.
//
// No means that a new Pod gets no istio-proxy. Maybe means that the amounts are
// not known: it is not certain who injects, the configuration of the injector
// cannot be had or is not Istio's own, or an annotation is no amount, so that
// there is no new Pod. ProxyConfig objects have no say in it.
//
// It reads webhook configurations and a ConfigMap, which are off in files
// unless one is given, save for what brings a proxy of its own that is no
// sidecar.
func WouldGet(r inventory.Reader, w *kinds.Workload) (ProxyAmounts, Answer) {
	t := OfWorkload(w)
	own := t.Spec.Container(proxyContainer)
	amounts, known := byInjection(r, &t, own != nil)
	if known != Yes {
		return ProxyAmounts{}, known
	}
	ranges := limitRanges(r, w.Namespace())
	if own != nil {
		brought := amountsOf(own, "container istio-proxy of the Pod template")
		brought.complete(ranges)
		amounts = brought.over(amounts)
	}
	amounts.complete(ranges)
	return amounts, Yes
}

// byInjection is what injection gives.
func byInjection(r inventory.Reader, t *Template, own bool) (ProxyAmounts, Answer) {
	if own && t.Role() == GatewayProxy && plainGateway(t) {
		return ProxyAmounts{}, Yes
	}
	ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
	if ns == nil {
		return ProxyAmounts{}, Maybe
	}
	switch d := Decide(r, ns, t); {
	case d.Answer == Yes && d.Injector != nil:
		return d.Injector.gives(r, t)
	case d.Answer == No:
		return ProxyAmounts{}, certainly(own)
	}
	return ProxyAmounts{}, Maybe
}

// plainGateway tells whether no template but Istio's for gateways is asked for.
func plainGateway(t *Template) bool {
	asked, given := t.Annotations[annotation.InjectTemplates.Name]
	return !given || strings.TrimSpace(asked) == gatewayTemplate
}

// gives is what an injector's templates say of a Pod's istio-proxy.
func (i *Injector) gives(r inventory.Reader, t *Template) (ProxyAmounts, Answer) {
	source := i.ConfigMap(r)
	if source == nil || source.Injector == nil {
		return ProxyAmounts{}, Maybe
	}
	names := injectionTemplates(source.Injector, t)
	if !slices.Contains(names, sidecarTemplate) && istiosTemplates(names) {
		return ProxyAmounts{}, Yes
	}
	if !istiosTemplates(names) || !source.Injector.Stock {
		return ProxyAmounts{}, Maybe
	}
	return sidecarAmounts(t, source)
}

// sidecarAmounts is the template "resources" of Istio's injection template.
func sidecarAmounts(t *Template, source *kinds.ConfigMap) (ProxyAmounts, Answer) {
	var out ProxyAmounts
	annotated := false
	for n, p := range ProxyResources {
		text, given := t.Annotations[p.Annotation]
		if !given {
			continue
		}
		q, err := resource.ParseQuantity(text)
		if err != nil || q.Sign() < 0 {
			return ProxyAmounts{}, Maybe
		}
		annotated = true
		out[n] = Amount{Quantity: q, Given: true, Source: annotationSource + p.Annotation}
	}
	if annotated {
		return out, Yes
	}
	ref := kinds.ConfigMaps.Ref(source.Namespace, source.Name)
	for n, p := range ProxyResources {
		list := source.Injector.Values.Requests
		if p.Limit {
			list = source.Injector.Values.Limits
		}
		if q, ok := list[p.Resource]; ok {
			out[n] = Amount{
				Quantity: q, Given: true, By: ref,
				Source: "global.proxy.resources of ConfigMap " + source.Namespace + "/" + source.Name,
			}
		}
	}
	return out, Yes
}
