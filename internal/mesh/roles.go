package mesh

import (
	"slices"
	"strings"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	proxyContainer  = "istio-proxy"
	enabled         = "enabled"
	ambient         = "ambient"
	gatewayTemplate = "gateway"
)

// Role is what a Pod's istio-proxy does.
type Role uint8

// The roles of a proxy.
const (
	// NoProxy: no proxy of Istio's that takes part in routing; ztunnel counts
	// here, too.
	NoProxy Role = iota
	// SidecarProxy stands beside an application.
	SidecarProxy
	// GatewayProxy is all there is of the Pod: an ingress, egress or east-west
	// gateway, or a waypoint.
	GatewayProxy
)

// Role tells what the istio-proxy container of the Pod does, an ordinary or an
// init container (native sidecar). By its arguments where they are known;
// where the injector has not filled them in, a gateway is told by the template
// that it asks for, by the label of the Gateway API, or by having no other
// container. A controller's template has no sidecar before injection.
func (t *Template) Role() Role {
	proxy := t.Spec.Container(proxyContainer)
	if proxy == nil {
		return NoProxy
	}
	if i := slices.Index(proxy.Args, "proxy"); i >= 0 && i+1 < len(proxy.Args) {
		switch proxy.Args[i+1] {
		case "sidecar":
			return SidecarProxy
		case "router", "waypoint":
			return GatewayProxy
		case "ztunnel":
			return NoProxy
		}
	}
	if t.marksGateway() || len(t.Spec.Containers) == 1 && t.Spec.Containers[0].Name == proxyContainer {
		return GatewayProxy
	}
	return SidecarProxy
}

func (t *Template) marksGateway() bool {
	_, managed := t.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return managed || slices.Contains(strings.Split(t.Annotations[annotation.InjectTemplates.Name], ","), gatewayTemplate)
}

// HasSidecar tells whether a Pod has a sidecar of Istio's.
func HasSidecar(p *kinds.Pod) bool {
	t := OfPod(p)
	return t.Role() == SidecarProxy
}

// InAmbient tells whether ztunnel carries a Pod's traffic: Istio's CNI says so
// on the Pod.
func InAmbient(p *kinds.Pod) bool {
	return p.Annotations[annotation.AmbientRedirection.Name] == enabled
}
