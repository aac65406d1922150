package mesh

import (
	"slices"
	"strings"

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

// ParseAmount reads the value of an annotation as the API server reads it in
// the injected container, which takes no negative amount.
func ParseAmount(value string) (resource.Quantity, bool) {
	q, err := resource.ParseQuantity(strings.TrimSpace(value))
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
// nothing that it says itself keeps it from getting one. A gateway's injection
// template passes over them.
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
	return !live && t.Role() != GatewayProxy && (choice || !given) && !Uninjectable(w.Namespace(), &t)
}
