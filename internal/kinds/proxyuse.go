package kinds

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// ProxyUse tells what an object adds to the proxies of its namespace: of a Pod
// that has not ended, how many containers istio-proxy it has, be it those of
// sidecars, gateways, waypoints or ztunnel, and what they request, in
// thousandths of a core and in bytes; nothing of other objects.
func ProxyUse(o *inventory.Object) (namespace string, proxies int, cpuMilli, memoryBytes int64) {
	if o == nil || o.Ref.Kind != Pods.Name {
		return "", 0, 0, 0
	}
	p := Pods.Of(o)
	if p == nil || p.Phase == corev1.PodSucceeded || p.Phase == corev1.PodFailed {
		return "", 0, 0, 0
	}
	for c := range p.AllContainers {
		if c.Name == "istio-proxy" {
			proxies++
			cpuMilli += c.Requests.Cpu().MilliValue()
			memoryBytes += c.Requests.Memory().Value()
		}
	}
	return p.Namespace, proxies, cpuMilli, memoryBytes
}
