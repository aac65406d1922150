// Package portignored flags mTLS modes for ports that are not those of Pods.
package portignored

import (
	"fmt"
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags portLevelMtls that names a Service's port.
var Analyzer = &analysis.Analyzer{
	Name:     "portignored",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An mTLS mode for a single port names a port of the Service, not of the Pods",
	Why: "Istio compares portLevelMtls with the port on which the Pod listens, so the mode for a Service's port applies to " +
		"nothing, and the Pod's port keeps that of the workload.",
	Fix:     "Name the port to which the Service leads, its targetPort.",
	Subject: kinds.PeerAuthentications.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	a := kinds.PeerAuthentications.Of(p.Subject())
	if !a.Deleted.IsZero() || !mesh.Selective(a) {
		return // modes of ports count only with a selector
	}
	modes := a.Spec.GetPortLevelMtls()
	for _, port := range slices.Sorted(maps.Keys(modes)) {
		m := mesh.MistakePort(p, a.Namespace, a.Spec.GetSelector().GetMatchLabels(), int32(port)) //nolint:gosec // a port
		if m == nil || modes[port].GetMode() == mesh.Unset {
			continue
		}
		service := kinds.Services.Ref(m.Service.Namespace, m.Service.Name)
		p.Report(fmt.Sprintf("spec.portLevelMtls[%d]", port),
			"%s applies to nothing: %d is a port of %s, which leads to port %d of %s",
			modes[port].GetMode(), port, service, m.Target, m.Workload).
			Key(fmt.Sprint(port)).Relate(service, m.Workload).
			FixBy("Write %d instead of %d: portLevelMtls names the ports on which the Pods listen.", m.Target, port)
	}
}
