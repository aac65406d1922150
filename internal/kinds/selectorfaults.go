package kinds

import (
	"fmt"
	"maps"
	"slices"

	meshconfig "istio.io/api/mesh/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// selectorFault is the fault of a value that decodes and has a label selector
// that does not parse; nil if all do. Of what the API server validates, only a
// file can have one.
func selectorFault(value any) *inventory.Fault {
	if c, ok := value.(*ConfigMap); ok && c.Mesh != nil {
		return meshSelectorFault(c.Mesh)
	}
	selectors := selectorsOf(value)
	for _, field := range slices.Sorted(maps.Keys(selectors)) {
		if at, message := malformed(selectors[field]); message != "" {
			return &inventory.Fault{Field: field + at, Message: message}
		}
	}
	return nil
}

// meshSelectorFault names the field of the MeshConfig in its message, as for
// all that does not decode there.
func meshSelectorFault(m *meshconfig.MeshConfig) *inventory.Fault {
	for i, s := range m.GetDiscoverySelectors() {
		selector := &metav1.LabelSelector{MatchLabels: s.GetMatchLabels()}
		for _, e := range s.GetMatchExpressions() {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: e.GetKey(), Operator: metav1.LabelSelectorOperator(e.GetOperator()), Values: e.GetValues(),
			})
		}
		if at, message := malformed(selector); message != "" {
			return &inventory.Fault{
				Field: "data." + MeshConfigKey, Message: fmt.Sprintf("discoverySelectors[%d]%s: %s", i, at, message),
			}
		}
	}
	return nil
}

// selectorsOf are the label selectors of a value, by their field.
func selectorsOf(value any) map[string]*metav1.LabelSelector {
	switch v := value.(type) {
	case *NetworkPolicy:
		return policySelectors(v)
	case *WebhookConfiguration:
		return webhookSelectors(v)
	case *PodDisruptionBudget:
		return map[string]*metav1.LabelSelector{"spec.selector": v.Selector}
	case *KubeGateway:
		return listenerSelectors(v)
	case *Mesh:
		return map[string]*metav1.LabelSelector{"spec.namespaceSelector": v.Spec.NamespaceSelector}
	case *AppMeshVirtualNode:
		return map[string]*metav1.LabelSelector{"spec.podSelector": v.Spec.PodSelector}
	case *AppMeshVirtualGateway:
		return map[string]*metav1.LabelSelector{
			"spec.namespaceSelector": v.Spec.NamespaceSelector, "spec.podSelector": v.Spec.PodSelector,
			"spec.gatewayRouteSelector": v.Spec.GatewayRouteSelector,
		}
	}
	return nil
}

func policySelectors(n *NetworkPolicy) map[string]*metav1.LabelSelector {
	out := map[string]*metav1.LabelSelector{"spec.podSelector": &n.Spec.PodSelector}
	for i := range n.Spec.Ingress {
		for j, peer := range n.Spec.Ingress[i].From {
			at := fmt.Sprintf("spec.ingress[%d].from[%d].", i, j)
			out[at+"podSelector"], out[at+"namespaceSelector"] = peer.PodSelector, peer.NamespaceSelector
		}
	}
	for i := range n.Spec.Egress {
		for j, peer := range n.Spec.Egress[i].To {
			at := fmt.Sprintf("spec.egress[%d].to[%d].", i, j)
			out[at+"podSelector"], out[at+"namespaceSelector"] = peer.PodSelector, peer.NamespaceSelector
		}
	}
	return out
}

func webhookSelectors(c *WebhookConfiguration) map[string]*metav1.LabelSelector {
	out := map[string]*metav1.LabelSelector{}
	for i := range c.Webhooks {
		at := fmt.Sprintf("webhooks[%d].", i)
		out[at+"namespaceSelector"] = c.Webhooks[i].NamespaceSelector
		out[at+"objectSelector"] = c.Webhooks[i].ObjectSelector
	}
	return out
}

func listenerSelectors(g *KubeGateway) map[string]*metav1.LabelSelector {
	out := map[string]*metav1.LabelSelector{}
	for i := range g.Spec.Listeners {
		routes := g.Spec.Listeners[i].AllowedRoutes
		if routes == nil || routes.Namespaces == nil {
			continue
		}
		if n := routes.Namespaces; or(n.From, gatewayv1.NamespacesFromSame) == gatewayv1.NamespacesFromSelector {
			out[fmt.Sprintf("spec.listeners[%d].allowedRoutes.namespaces.selector", i)] = n.Selector
		}
	}
	return out
}

// malformed says what of a selector does not parse, and where below it; the
// message is empty if all does. It is what the API server validates.
func malformed(s *metav1.LabelSelector) (at, message string) {
	if s == nil {
		return "", ""
	}
	for _, key := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		if message := malformedLabel(key, s.MatchLabels[key]); message != "" {
			return path{"matchLabels", key}.below(), message
		}
	}
	for i := range s.MatchExpressions {
		if field, message := malformedExpression(&s.MatchExpressions[i]); message != "" {
			return path{"matchExpressions", i, field}.below(), message
		}
	}
	return "", ""
}

// below is the path as it follows another.
func (p path) below() string { return "." + p.String() }

func malformedLabel(key string, values ...string) string {
	if errs := validation.IsQualifiedName(key); len(errs) > 0 {
		return fmt.Sprintf("%q is no label key: %s", key, errs[0])
	}
	for _, v := range values {
		if errs := validation.IsValidLabelValue(v); len(errs) > 0 {
			return fmt.Sprintf("%q is no label value: %s", v, errs[0])
		}
	}
	return ""
}

func malformedExpression(e *metav1.LabelSelectorRequirement) (field, message string) {
	switch e.Operator {
	case metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn:
		if len(e.Values) == 0 {
			return "operator", fmt.Sprintf("operator %s lacks values", e.Operator)
		}
	case metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist:
		if len(e.Values) > 0 {
			return "values", fmt.Sprintf("operator %s takes no values", e.Operator)
		}
	default:
		return "operator", fmt.Sprintf("unknown operator %q", e.Operator)
	}
	if message := malformedLabel(e.Key); message != "" {
		return "key", message
	}
	return "values", malformedLabel(e.Key, e.Values...)
}
