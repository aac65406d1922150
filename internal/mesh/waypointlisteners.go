package mesh

import (
	"slices"
	"strconv"
	"strings"

	"istio.io/api/annotation"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// AllowsUse tells whether a waypoint takes objects of a namespace: as the
// allowedRoutes say of the listener that its inbound binding (annotation
// ambient.istio.io/waypoint-inbound-binding of the Gateway, else of its class)
// means, else of the one for HBONE on port 15008. Without such a listener, or
// without allowedRoutes, it takes those of its own namespace.
//
// The class is read only if it may change the answer: see [TrafficType].
func AllowsUse(r inventory.Reader, g *kinds.KubeGateway, namespace string) Answer {
	if binding, ok := g.Annotations[annotation.AmbientWaypointInboundBinding.Name]; ok {
		return allows(r, g, WaypointListener(g, binding), namespace)
	}
	answer := allows(r, g, WaypointListener(g, ""), namespace)
	differs := func(l gatewayv1.Listener) bool { return allows(r, g, &l, namespace) != answer }
	if !slices.ContainsFunc(g.Spec.Listeners, differs) {
		return answer
	}
	return allows(r, g, WaypointListener(g, classBinding(r, g)), namespace)
}

func classBinding(r inventory.Reader, g *kinds.KubeGateway) string {
	c := kinds.GatewayClasses.Get(r, "", string(g.Spec.GatewayClassName))
	if c == nil {
		return ""
	}
	return c.Annotations[annotation.AmbientWaypointInboundBinding.Name]
}

// WaypointListener is the listener by which a waypoint gets what is sent to it,
// given its inbound binding ("PROXY", "PROXY/15088", "" for none); nil if it
// has no such listener. A binding that istiod does not understand is none.
func WaypointListener(g *kinds.KubeGateway, binding string) *gatewayv1.Listener {
	protocol, port, ok := parseBinding(binding)
	for i := range g.Spec.Listeners {
		l := &g.Spec.Listeners[i]
		if ok && (port != 0 && l.Port == port || port == 0 && protocol == "PROXY" && l.Protocol == sandwichProtocol) {
			return l
		}
	}
	for i := range g.Spec.Listeners {
		if l := &g.Spec.Listeners[i]; l.Protocol == "HBONE" && l.Port == HBONEPort {
			return l
		}
	}
	return nil
}

// sandwichProtocol marks a listener that takes the PROXY protocol of ztunnel.
const sandwichProtocol = "istio.io/PROXY"

func parseBinding(binding string) (protocol string, port gatewayv1.PortNumber, ok bool) {
	protocol, number, given := strings.Cut(binding, "/")
	if protocol != "PROXY" && protocol != "NONE" || strings.Contains(number, "/") {
		return "", 0, false
	}
	if !given {
		return protocol, 0, true
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 {
		n = 0 // as istiod goes on
	}
	return protocol, gatewayv1.PortNumber(n), true
}

func allows(r inventory.Reader, g *kinds.KubeGateway, l *gatewayv1.Listener, namespace string) Answer {
	same := certainly(g.Namespace == namespace)
	if l == nil || l.AllowedRoutes == nil || l.AllowedRoutes.Namespaces == nil || l.AllowedRoutes.Namespaces.From == nil {
		return same
	}
	from := l.AllowedRoutes.Namespaces
	switch *from.From {
	case gatewayv1.NamespacesFromAll:
		return Yes
	case gatewayv1.NamespacesFromSelector:
		if from.Selector == nil {
			return No
		}
		return selectsNamespace(r, from.Selector, namespace)
	default:
		return same // as istiod takes also None
	}
}
