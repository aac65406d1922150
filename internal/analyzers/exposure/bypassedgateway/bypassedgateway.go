// Package bypassedgateway flags Services that let strangers reach workloads of
// the mesh past its gateways.
package bypassedgateway

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags Services that let strangers reach workloads of the mesh past
// its gateways.
var Analyzer = &analysis.Analyzer{
	Name:     "bypassedgateway",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Opinion:  true,
	Since:    "v0.1.0",
	Title:    "A Service opens a workload of the mesh to the outside, past every gateway",
	Why:      "What gateways do for all, such as TLS, authentication, limits and logs, is not done for its callers, who also have no identity in the mesh.",
	Fix:      "Make the Service one of type ClusterIP and lead to it by a gateway, or set mutual TLS of the workload to STRICT.",
	Subject:  kinds.Services.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	s := kinds.Services.Of(p.Subject())
	if !s.Deleted.IsZero() || mesh.PublicService(s) == mesh.No {
		return
	}
	for t := range mesh.Backends(p, s) {
		port := open(p, s, &t)
		if port == nil || !mesh.TemplateInMesh(p, &t) {
			continue
		}
		p.Report("spec.type", "type %s opens port %d of %s, which is in the mesh, to callers from outside, past its gateways",
			s.Type, port.Number, t.Ref).
			Relate(t.Ref).Sensitively(mesh.SensitiveWorkload(p, &t))
		return
	}
}

// open is a port by which callers without a certificate of the mesh get in; nil
// if the workload demands one on each.
func open(p *analysis.Pass, s *kinds.Service, t *mesh.Template) *kinds.ServicePort {
	policy := mesh.PeerPolicyOf(p, kinds.MeshSettings(p).RootNamespace, t.Ref.Namespace, t.Labels)
	for i := range s.Ports {
		target, known := mesh.TargetPort(&s.Ports[i], t.Spec)
		if !known {
			continue
		}
		if mode, _ := policy.Mode(target); mode != mesh.Strict {
			return &s.Ports[i]
		}
	}
	return nil
}
