package mesh

import (
	"maps"
	"slices"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ProxyResource is one of the four amounts that istio-proxy may request or be
// limited to.
type ProxyResource struct {
	// Annotation sets it on a Pod.
	Annotation string
	Resource   corev1.ResourceName
	Limit      bool
}

// ProxyResources lists the four.
var ProxyResources = []ProxyResource{
	{annotation.SidecarProxyCPU.Name, corev1.ResourceCPU, false},
	{annotation.SidecarProxyMemory.Name, corev1.ResourceMemory, false},
	{annotation.SidecarProxyCPULimit.Name, corev1.ResourceCPU, true},
	{annotation.SidecarProxyMemoryLimit.Name, corev1.ResourceMemory, true},
}

// String is "cpu request" or the like.
func (p ProxyResource) String() string {
	if p.Limit {
		return string(p.Resource) + " limit"
	}
	return string(p.Resource) + " request"
}

// OfLimit is the limit of the same resource.
func (p ProxyResource) OfLimit() ProxyResource {
	if p.Resource == corev1.ResourceCPU {
		return ProxyResources[2]
	}
	return ProxyResources[3]
}

// OfRequest is the request of the same resource.
func (p ProxyResource) OfRequest() ProxyResource {
	if p.Resource == corev1.ResourceCPU {
		return ProxyResources[0]
	}
	return ProxyResources[1]
}

func (p ProxyResource) annotated(annotations map[string]string) bool {
	_, ok := annotations[p.Annotation]
	return ok
}

// Of is the amount of a container, and whether it has one.
func (p ProxyResource) Of(c *kinds.Container) (resource.Quantity, bool) {
	list := c.Requests
	if p.Limit {
		list = c.Limits
	}
	q, ok := list[p.Resource]
	return q, ok
}

// ParseAmount reads the value of an annotation as istiod's injector does, which
// takes no surrounding space, and then the API server, which takes no negative
// amount.
func ParseAmount(value string) (resource.Quantity, bool) {
	q, err := resource.ParseQuantity(value)
	return q, err == nil && q.Sign() >= 0
}

// LostResources are the amounts that istio-proxy goes without because others
// are given by annotations: as soon as one of the four is there, Istio's
// injection template uses none of the defaults of its installation
// (global.proxy.resources). Not lost are a request that Kubernetes makes of the
// limit, what the Pod template gives to an istio-proxy of its own, and what the
// proxies of all live Pods have all the same.
func LostResources(r inventory.Reader, w *kinds.Workload) []ProxyResource {
	annotations := w.Annotations()
	given := func(p ProxyResource) bool { return p.annotated(annotations) }
	if !slices.ContainsFunc(ProxyResources, given) {
		return nil
	}
	own, live := w.Spec().Container(proxyContainer), LiveProxies(r, w)
	return slices.DeleteFunc(slices.Clone(ProxyResources), func(p ProxyResource) bool {
		return given(p) || given(p.OfLimit()) || own != nil && p.isOf(own) ||
			len(live) > 0 && !slices.ContainsFunc(live, func(c *kinds.Container) bool { return !p.isOf(c) })
	})
}

func (p ProxyResource) isOf(c *kinds.Container) bool {
	_, ok := p.Of(c)
	return ok
}

// LiveProxies are the istio-proxy containers of a workload's live Pods.
func LiveProxies(r inventory.Reader, w *kinds.Workload) []*kinds.Container {
	var out []*kinds.Container
	for p := range w.Pods(r) {
		if c := p.Container(proxyContainer); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// Annotatable tells whether annotations about the proxy's resources mean
// anything on a workload: its live Pods have a sidecar or, where there is none,
// a new one may get it. In a namespace of which only a file tells, without
// labels, it may unless the Pods refuse it. A gateway's injection template
// passes over them.
//
// It reads webhook configurations only where labels ask for no sidecar.
func Annotatable(r inventory.Reader, w *kinds.Workload) bool {
	live := false
	for p := range w.Pods(r) {
		if HasSidecar(p) {
			return true
		}
		live = true
	}
	t := OfWorkload(w)
	choice, given := InjectChoice(&t)
	return !live && t.Role() != GatewayProxy && (choice || !given) && !Uninjectable(w.Namespace(), &t) && mayInject(r, &t)
}

func mayInject(r inventory.Reader, t *Template) bool {
	ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
	return ns == nil || len(ns.Labels) == 0 || AsksForSidecar(ns, t) != "" || Decide(r, ns, t).Answer != No
}

// LostDefaults are the installation's amounts, of global.proxy.resources, that
// the istio-proxy of a workload goes without because others are given by
// annotations, and that neither the Pod template nor a LimitRange gives. It has
// none where [WouldGet] is not certain, and reads what that does, if there is
// an annotation.
func LostDefaults(r inventory.Reader, w *kinds.Workload) ProxyAmounts {
	lost := LostResources(r, w)
	if len(lost) == 0 {
		return ProxyAmounts{}
	}
	would, known := WouldGet(r, w)
	if known != Yes {
		return ProxyAmounts{}
	}
	silent := OfWorkload(w)
	silent.Annotations = maps.Clone(silent.Annotations)
	for _, p := range ProxyResources {
		delete(silent.Annotations, p.Annotation)
	}
	defaults, known := byInjection(r, &silent, silent.Spec.Container(proxyContainer) != nil)
	if known != Yes {
		return ProxyAmounts{}
	}
	for i, p := range ProxyResources {
		if would[i].Given || !slices.Contains(lost, p) {
			defaults[i] = Amount{}
		}
	}
	return defaults
}
