package mesh

import (
	"maps"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SelectsTarget tells whether a policy's selector chooses, or may choose,
// anything in a namespace ("" is the whole cluster): a workload with or without
// Pods, one outside of Kubernetes, or a gateway that an installation or istiod
// brings. Labels that controllers and webhooks add to Pods decide nothing.
func SelectsTarget(r inventory.Reader, namespace string, selector map[string]string) bool {
	rest := maps.Clone(selector)
	maps.DeleteFunc(rest, func(key, _ string) bool { return added(key) })
	return SelectsWorkload(r, namespace, selector) || SelectsEntry(r, namespace, selector) ||
		chartGateway(r, selector, chartLabels) || selectsKubeGateway(r, namespace, selector) ||
		len(rest) < len(selector) && SelectsWorkload(r, namespace, rest)
}

// selectsKubeGateway tells whether a selector chooses the Pods that istiod
// makes for a Gateway of the Gateway API: they bear its labels.
func selectsKubeGateway(r inventory.Reader, namespace string, selector map[string]string) bool {
	for g := range inNamespace(r, kinds.KubeGateways, namespace) {
		labels := map[string]string{
			label.IoK8sNetworkingGatewayGatewayName.Name: g.Name, "istio.io/gateway-name": g.Name,
		}
		maps.Copy(labels, g.Labels)
		if g.Spec.Infrastructure != nil {
			for k, v := range g.Spec.Infrastructure.Labels {
				labels[string(k)] = string(v)
			}
		}
		if kinds.Selects(selector, labels) {
			return true
		}
	}
	return false
}
