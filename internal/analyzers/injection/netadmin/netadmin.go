// Package netadmin flags applications that may change how traffic is
// redirected to their sidecar.
package netadmin

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags applications that may change how traffic is redirected to
// their sidecar.
var Analyzer = &analysis.Analyzer{
	Name:        "netadmin",
	Severity:    analysis.Medium,
	Profile:     analysis.Strict,
	Since:       "v0.1.0",
	Title:       "An application may change the redirection to its proxy",
	Why:         "Containers of a Pod share its network: one that may administer it can take itself out of mutual TLS, authorization and egress control.",
	Fix:         "Take the capability, or privileged, from the container; what must have it does not belong beside an application of the mesh.",
	Equivalents: []string{"kyv:service-mesh-disallow-capabilities"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	for c := range mesh.AppContainers(w.Spec()) {
		field, power := administers(c.Container)
		if power == "" || mesh.Meshed(p, w) != mesh.Yes {
			continue
		}
		p.Report(mesh.PodField(w.Ref.Kind, c.Field+".securityContext."+field),
			"container %s has %s and may change the redirection of traffic to istio-proxy", c.Name, power)
	}
}

// administers is what lets a container administer the Pod's network, and where
// it says so; "" if nothing does. NET_RAW is not enough.
func administers(c *kinds.Container) (field, power string) {
	if c.Privileged {
		return "privileged", "privileged: true"
	}
	for _, capability := range c.Capabilities {
		name := strings.TrimPrefix(strings.ToUpper(string(capability)), "CAP_")
		if slices.Contains([]string{"NET_ADMIN", "SYS_ADMIN", "ALL"}, name) {
			return "capabilities.add", "the capability " + string(capability)
		}
	}
	return "", ""
}
