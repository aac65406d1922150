package kinds

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Service is what checks see of a Service. The addresses that a load balancer
// got are left out.
type Service struct {
	Meta
	Type                  corev1.ServiceType // ClusterIP if unset
	ClusterIP             string             // "None" of a headless Service, "" in most files
	ExternalName          string
	ExternalIPs           []string
	SourceRanges          []string // loadBalancerSourceRanges
	Selector              map[string]string
	Ports                 []ServicePort
	ExternalTrafficPolicy corev1.ServiceExternalTrafficPolicy
	PublishNotReady       bool
}

// ServicePort is a port of a Service.
type ServicePort struct {
	Name        string
	Number      int32
	TargetPort  intstr.IntOrString // the number if unset
	NodePort    int32
	Protocol    corev1.Protocol // TCP if unset
	AppProtocol string
}

// Headless tells whether the Service has no address of its own.
func (s *Service) Headless() bool { return s.ClusterIP == corev1.ClusterIPNone }

// Host is the full name of the Service, as in the indexes by host.
func (s *Service) Host() string { return ServiceHost(s.Namespace, s.Name) }

// Port finds a port by number; nil if there is none.
func (s *Service) Port(number int32) *ServicePort {
	for i := range s.Ports {
		if s.Ports[i].Number == number {
			return &s.Ports[i]
		}
	}
	return nil
}

var serviceInfo = &inventory.KindInfo{Kind: "Service", Namespaced: true}

var (
	// ServicesBySelectorLabel finds Services by what they select. One with an
	// empty selector selects nothing.
	ServicesBySelectorLabel = selectorIndex(serviceInfo, func(s *Service) map[string]string { return s.Selector })
	// ServicesByType finds Services by type, in a namespace or everywhere.
	ServicesByType = index(serviceInfo, "type", func(s *Service) []inventory.Key {
		return []inventory.Key{{Scope: s.Namespace, Value: string(s.Type)}, {Value: string(s.Type)}}
	})
	// ServicesByTag finds, everywhere, the Services that make a revision tag of
	// istiod's, by the tag; all of them by "".
	ServicesByTag = index(serviceInfo, "tag", func(s *Service) []inventory.Key {
		if tag := s.Labels[TagLabel]; tag != "" {
			return clusterKeys(tag, "")
		}
		return nil
	})
	// Services is the kind Service.
	Services = core(Row{
		KindInfo: serviceInfo, Plural: "services", Versions: []string{"v1"},
		KeyFields: []string{"spec.selector", "spec.type"},
	}, projectService)
)

func projectService(s *corev1.Service) *Service {
	out := &Service{
		Meta: newMeta(&s.ObjectMeta), Type: s.Spec.Type, ClusterIP: s.Spec.ClusterIP,
		ExternalName: s.Spec.ExternalName, ExternalIPs: s.Spec.ExternalIPs,
		SourceRanges: s.Spec.LoadBalancerSourceRanges, Selector: s.Spec.Selector,
		ExternalTrafficPolicy: s.Spec.ExternalTrafficPolicy, PublishNotReady: s.Spec.PublishNotReadyAddresses,
	}
	if out.Type == "" {
		out.Type = corev1.ServiceTypeClusterIP
	}
	for i := range s.Spec.Ports {
		out.Ports = append(out.Ports, newServicePort(&s.Spec.Ports[i]))
	}
	return out
}

func newServicePort(p *corev1.ServicePort) ServicePort {
	out := ServicePort{
		Name: p.Name, Number: p.Port, TargetPort: p.TargetPort, NodePort: p.NodePort, Protocol: p.Protocol,
	}
	if out.TargetPort == (intstr.IntOrString{}) {
		out.TargetPort = intstr.FromInt32(p.Port)
	}
	if out.Protocol == "" {
		out.Protocol = corev1.ProtocolTCP
	}
	if p.AppProtocol != nil {
		out.AppProtocol = *p.AppProtocol
	}
	return out
}
