package mesh

import (
	"fmt"
	"net/netip"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	"k8s.io/apimachinery/pkg/util/validation"
)

// Fault is something in an object that Istio refuses, or only warns of.
type Fault struct {
	Field, Text string
	Warning     bool
}

// faults collects them.
type faults []Fault

func (f *faults) add(field, format string, args ...any) {
	*f = append(*f, Fault{Field: field, Text: fmt.Sprintf(format, args...)})
}

func (f *faults) warn(field, format string, args ...any) {
	*f = append(*f, Fault{Field: field, Text: fmt.Sprintf(format, args...), Warning: true})
}

// SidecarFaults are what Istio's ValidateSidecar has against a Sidecar, in the
// order of its fields. That hosts cover each other is another matter, see
// [EgressHost.Covers].
func SidecarFaults(s *networking.Sidecar) []Fault {
	var f faults
	if w := s.GetWorkloadSelector(); w != nil && len(w.GetLabels()) == 0 {
		f.warn("spec.workloadSelector", "it has no labels, so that it is for all workloads of the namespace")
	}
	listeners := len(s.GetEgress()) + len(s.GetIngress())
	if listeners == 0 && s.GetOutboundTrafficPolicy() == nil && s.GetInboundConnectionPool() == nil {
		f.add("spec", "it configures nothing: neither ingress, egress, outboundTrafficPolicy nor inboundConnectionPool")
	}
	f.ingress(s.GetIngress())
	f.egress(s.GetEgress())
	if p := s.GetOutboundTrafficPolicy(); p.GetEgressProxy() != nil {
		f.egressProxy(p)
	}
	return f
}

func (f *faults) egressProxy(p *networking.OutboundTrafficPolicy) {
	const at = "spec.outboundTrafficPolicy.egressProxy"
	switch {
	case p.GetMode() != networking.OutboundTrafficPolicy_ALLOW_ANY:
		f.add(at, "egressProxy is for mode ALLOW_ANY alone, and the mode is %s", p.GetMode())
	case p.GetEgressProxy().GetPort() == nil:
		f.add(at, "egressProxy needs a port")
	}
}

func (f *faults) egress(listeners []*networking.IstioEgressListener) {
	ports, sockets := map[uint32]bool{}, map[string]bool{}
	for i, l := range listeners {
		at := item("spec.egress", i)
		if len(l.GetHosts()) == 0 {
			f.add(at, "the listener has no hosts")
		}
		for j, h := range l.GetHosts() {
			if wrong := egressHostFault(h); wrong != "" {
				f.add(item(at+".hosts", j), "host %q %s", h, wrong)
			}
		}
		port := l.GetPort()
		switch {
		case port == nil && i < len(listeners)-1:
			f.add(at, "a listener without port must be the last one, and only one may be without")
		case port == nil:
		case port.GetNumber() == 0:
			f.socket(at, l)
			f.unique(at+".bind", sockets[l.GetBind()], l.GetBind())
			sockets[l.GetBind()] = true
		default:
			f.port(at, port, l.GetBind())
			f.unique(at+".port.number", ports[port.GetNumber()], fmt.Sprint(port.GetNumber()))
			ports[port.GetNumber()] = true
		}
	}
}

func (f *faults) unique(field string, taken bool, what string) {
	if taken {
		f.add(field, "another listener has %s already", what)
	}
}

func (f *faults) socket(at string, l *networking.IstioEgressListener) {
	if !strings.HasPrefix(l.GetBind(), unixPrefix) {
		f.add(at+".port", "a port without number needs a bind that begins with %s", unixPrefix)
	} else if m := l.GetCaptureMode(); m == networking.CaptureMode_IPTABLES {
		f.add(at+".captureMode", "a Unix domain socket cannot have captureMode %s", m)
	}
}

func (f *faults) port(at string, p *networking.SidecarPort, bind string) {
	if n := p.GetNumber(); n == 0 || n > 65535 {
		f.add(at+".port.number", "port %d is not from 1 to 65535", n)
	}
	if p.GetTargetPort() > 0 { //nolint:staticcheck // that it is set is the fault
		f.add(at+".port.targetPort", "targetPort means nothing in a Sidecar")
	}
	if _, err := netip.ParseAddr(bind); bind != "" && err != nil {
		f.add(at+".bind", "bind %q is no IP address", bind)
	}
}

// unixPrefix begins the address of a Unix domain socket.
const unixPrefix = "unix://"

// egressHostFault says what is wrong with an entry of an egress listener.
func egressHostFault(text string) string {
	ns, host, ok := strings.Cut(text, "/")
	name := strings.TrimPrefix(ns, "~")
	switch {
	case !ok || ns == "" || host == "":
		return "is not of the form namespace/host"
	case name != "" && name != "*" && name != "." && len(validation.IsDNS1123Label(name)) > 0:
		return fmt.Sprintf("begins with %q, which is no namespace", ns)
	case strings.Contains(strings.TrimPrefix(host, "*"), "*"):
		return "has a wildcard that does not begin the name"
	}
	return ""
}
