// Package portnotonservice flags servers of Gateways to which no Service leads.
package portnotonservice

import (
	"strconv"

	networking "istio.io/api/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags servers of Gateways to which no Service leads.
var Analyzer = &analysis.Analyzer{
	Name:        "portnotonservice",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "No Service leads to the port of a Gateway's server",
	Why:         "The gateway listens on the port, and connections to its Service on that port are refused.",
	Fix:         "Name a port of the gateway's Service in the server, or add the port to the Service.",
	Equivalents: []string{"IST0162"},
	Subject:     kinds.Gateways.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	g := kinds.Gateways.Of(p.Subject())
	if !g.Deleted.IsZero() {
		return
	}
	workloads := mesh.GatewayWorkloads(p, g)
	services := servicesOf(workloads)
	if len(services) == 0 {
		return // reached in another way, or not at all
	}
	for i, s := range g.Spec.GetServers() {
		if reached(s, workloads) != mesh.No {
			continue
		}
		number := strconv.Itoa(int(s.GetPort().GetNumber()))
		f := p.Report("spec.servers["+strconv.Itoa(i)+"].port.number",
			"no Service of the gateway's Pods has port %s or leads to it: Service %s/%s offers %s",
			number, services[0].Namespace, services[0].Name, mesh.List(ports(services[0]))).Key(number)
		for _, service := range services {
			f.Relate(kinds.Services.Ref(service.Namespace, service.Name))
		}
	}
}

func servicesOf(workloads []mesh.GatewayWorkload) []*kinds.Service {
	var out []*kinds.Service
	for i := range workloads {
		out = append(out, workloads[i].Services...)
	}
	return out
}

// reached tells whether the server's port can be reached. One that binds to an
// address of its own is not meant to be reached by the Pod's.
func reached(s *networking.Server, workloads []mesh.GatewayWorkload) mesh.Answer {
	number := int32(s.GetPort().GetNumber()) //nolint:gosec // a port number
	if s.GetBind() != "" || number == 0 {
		return mesh.Maybe
	}
	answer := mesh.No
	for i := range workloads {
		answer = max(answer, workloads[i].Reached(number))
	}
	return answer
}

// ports lists a Service's TCP ports.
func ports(s *kinds.Service) []string {
	var out []string
	for i := range s.Ports {
		if s.Ports[i].Protocol == corev1.ProtocolTCP {
			out = append(out, strconv.Itoa(int(s.Ports[i].Number)))
		}
	}
	return out
}
