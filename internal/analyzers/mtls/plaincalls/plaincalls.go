// Package plaincalls flags policies that demand mutual TLS of clients that
// nobody tells to use it.
package plaincalls

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags PeerAuthentications of mode STRICT in a mesh without auto mTLS
// where no DestinationRule sets a TLS mode for a Service of theirs.
var Analyzer = &analysis.Analyzer{
	Name:     "plaincalls",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Workloads demand mutual TLS, and nothing makes their clients use it",
	Why: "With enableAutoMtls false, sidecars and gateways speak plain text wherever no DestinationRule gives them a TLS mode, " +
		"so each connection to a workload whose mode is STRICT is reset.",
	Fix: "Take enableAutoMtls: false out of the MeshConfig: clients then choose what the server understands. " +
		"If it must stay, give mode ISTIO_MUTUAL in each DestinationRule that counts for the Service or, " +
		"where there is none, in one for host *.local in the root namespace.",
	Equivalents: []string{"KIA0401", "KIA0501"},
	Subject:     kinds.PeerAuthentications.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	a := kinds.PeerAuthentications.Of(p.Subject())
	if !mesh.DemandsMutualTLS(a) {
		return
	}
	config, off := mesh.AutoMTLSOff(p)
	if !off {
		return
	}
	var f *analysis.Finding
	for call := range mesh.PlainCalls(p, config, a) {
		if f == nil {
			f = report(p, a, config.Source, &call)
		}
		if call.Live {
			f.At(analysis.Critical)
		}
		f.Relate(kinds.Services.Ref(call.Service.Namespace, call.Service.Name), call.Workload)
		if len(f.Related) == analysis.MaxRelated {
			return
		}
	}
}

func report(
	p *analysis.Pass, a *kinds.PeerAuthentication, config *kinds.ConfigMap, call *mesh.PlainCall,
) *analysis.Finding {
	field := "spec.mtls.mode"
	if a.Spec.GetPortLevelMtls()[uint32(call.Port)].GetMode() == mesh.Strict { //nolint:gosec // a port
		field = fmt.Sprintf("spec.portLevelMtls[%d].mode", call.Port)
	}
	source := kinds.ConfigMaps.Ref(config.Namespace, config.Name)
	tells := "no DestinationRule gives them a TLS mode"
	if call.Rule != nil {
		tells = fmt.Sprintf("%s gives them no TLS mode", kinds.DestinationRules.Ref(call.Rule.Namespace, call.Rule.Name))
	}
	f := p.Report(field, "%s takes mutual TLS alone on port %d, and sidecars and gateways speak plain text "+
		"to Service %s/%s: enableAutoMtls is false in %s, and %s",
		call.Workload, call.Port, call.Service.Namespace, call.Service.Name, source, tells).Relate(source)
	if call.Rule != nil {
		f.Relate(kinds.DestinationRules.Ref(call.Rule.Namespace, call.Rule.Name))
	}
	return f
}
