package mesh

import (
	"iter"
	"slices"

	networking "istio.io/api/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServicesOf yields the Services that select a template.
func ServicesOf(r inventory.Reader, t *Template) iter.Seq[*kinds.Service] {
	return func(yield func(*kinds.Service) bool) {
		for s := range kinds.ServicesBySelectorLabel.Selecting(r, t.Ref.Namespace, t.Labels) {
			if s.Deleted.IsZero() && !yield(s) {
				return
			}
		}
	}
}

// Brings tells whether a Service brings connections to where a gateway's server
// of this number listens: as istiod resolves it, the number is that of a port
// of the Service, else that of a port of the Pod, to which the Service must
// lead. Maybe is the answer where a port is named that the Pod does not declare.
func Brings(s *kinds.Service, spec *kinds.PodSpec, number int32) Answer {
	answer := No
	for i := range s.Ports {
		p := &s.Ports[i]
		if p.Protocol != corev1.ProtocolTCP {
			continue
		}
		target, known := TargetPort(p, spec)
		switch {
		case p.Number == number || known && target == number:
			return Yes
		case !known:
			answer = Maybe
		}
	}
	return answer
}

// TargetPort is the port of a Pod to which a Service's port leads, and whether
// that is known: a named one must be declared by a container.
func TargetPort(p *kinds.ServicePort, spec *kinds.PodSpec) (number int32, known bool) {
	if p.TargetPort.Type == intstr.Int {
		return p.TargetPort.IntVal, true
	}
	for c := range spec.AllContainers {
		for i := range c.Ports {
			if port := &c.Ports[i]; port.Name == p.TargetPort.StrVal && port.Protocol == p.Protocol {
				return port.Number, true
			}
		}
	}
	return 0, false
}

// GatewayWorkload is what a Gateway configures, with what leads there.
type GatewayWorkload struct {
	Template
	Services []*kinds.Service
}

// GatewayWorkloads reads what a Gateway configures, with the Services of each.
func GatewayWorkloads(r inventory.Reader, g *kinds.Gateway) []GatewayWorkload {
	var out []GatewayWorkload
	for t := range GatewayTemplates(r, g) {
		out = append(out, GatewayWorkload{t, slices.Collect(ServicesOf(r, &t))})
	}
	return out
}

// Reached tells whether connections come to the workload where a server of this
// number listens, by a Service or by a port of the node.
func (w *GatewayWorkload) Reached(number int32) Answer {
	answer := certainly(OnNode(w.Spec, number))
	for _, s := range w.Services {
		answer = max(answer, Brings(s, w.Spec, number))
	}
	return answer
}

// OnNode tells whether a port of a Pod is one of its node: it shares the host's
// network, or asks for a host port. The number is that of either port.
func OnNode(spec *kinds.PodSpec, number int32) bool {
	if spec.HostNetwork {
		return true
	}
	for c := range spec.AllContainers {
		if slices.ContainsFunc(c.Ports, func(p kinds.Port) bool {
			return p.HostPort != 0 && (p.HostPort == number || p.Number == number)
		}) {
			return true
		}
	}
	return false
}

// PublicServer tells whether strangers reach a server of a Gateway, and by
// which object: a Service of type LoadBalancer with a public address that
// anyone may call (Yes), one that only some may call, one of type NodePort or
// with external addresses, or a port of the node (Maybe). Gateway workloads
// outside of the scope, which do not see the VirtualService in question, are
// left out.
func PublicServer(r inventory.Reader, g *kinds.Gateway, s *networking.Server, scope Scope,
) (answer Answer, by inventory.Ref) {
	number := int32(s.GetPort().GetNumber()) //nolint:gosec // a port
	for t := range gatewayMakers(r, g) {
		if t.Role() != GatewayProxy || !scope.Covers(t.Ref.Namespace) {
			continue
		}
		if a, ref := publicTemplate(r, &t, number); a > answer {
			answer, by = a, ref
		}
		if answer == Yes {
			return answer, by
		}
	}
	if answer == No && chartGateway(r, g.Spec.GetSelector(), chartIngress) && len(g.Spec.GetSelector()) > 0 {
		return Maybe, by // the charts' default is a LoadBalancer
	}
	return answer, by
}

func publicTemplate(r inventory.Reader, t *Template, number int32) (answer Answer, by inventory.Ref) {
	if OnNode(t.Spec, number) {
		answer, by = Maybe, t.Ref
	}
	for s := range ServicesOf(r, t) {
		if a := min(PublicService(s), Brings(s, t.Spec, number)); a > answer {
			answer, by = a, kinds.Services.Ref(s.Namespace, s.Name)
		}
	}
	return answer, by
}
