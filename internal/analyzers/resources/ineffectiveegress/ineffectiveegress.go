// Package ineffectiveegress flags egress hosts of Sidecars that narrow nothing.
package ineffectiveegress

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags entries of an egress listener that another one covers, and
// Sidecars that import everything and set nothing else.
var Analyzer = &analysis.Analyzer{
	Name:     "ineffectiveegress",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "An egress host of a Sidecar object narrows nothing",
	Why: "The Sidecar reads as if it limited what its sidecars know, and does not: they keep the configuration and the memory " +
		"of all that the wider entry imports.",
	Fix:         "Delete the wider entry if the narrow ones are meant, else the ones that it covers; delete a Sidecar that only imports */*.",
	Equivalents: []string{"IST0133"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() {
		return
	}
	for i := range s.Spec.GetEgress() {
		hosts := mesh.EgressHosts(s, i)
		for n := range hosts {
			if by := covering(hosts, n); by >= 0 && !ofEveryNamespace(p, s, hosts[by], hosts[n]) {
				p.Report(hosts[n].Field, "%s of the same listener has all that %s imports", hosts[by].Text, hosts[n].Text).
					Key(hosts[n].Text)
			}
		}
		if at := slices.IndexFunc(hosts, mesh.EgressHost.Everything); at >= 0 && nothingElse(s) && !mesh.Beside(p, s) {
			p.Report(hosts[at].Field, "%s imports everything, as without the Sidecar, which sets nothing else", hosts[at].Text)
		}
	}
}

// covering finds an entry that covers another; -1 if there is none. Of two that
// are the same, the first covers the second.
func covering(hosts []mesh.EgressHost, n int) int {
	for i := range hosts {
		if i != n && hosts[i].Covers(hosts[n]) && (i < n || !hosts[n].Covers(hosts[i])) {
			return i
		}
	}
	return -1
}

// ofEveryNamespace: in the default of the mesh, a dot stands for the namespace
// of each client, so that it is not the same as the root namespace's name.
func ofEveryNamespace(p *analysis.Pass, s *kinds.Sidecar, a, b mesh.EgressHost) bool {
	mixed := a.Own != b.Own && a.Namespace != "*"
	return mixed && s.Spec.GetWorkloadSelector() == nil && s.Namespace == mesh.RootNamespace(p)
}

// nothingElse tells whether a Sidecar has no more than hosts for all ports,
// none of them excluded.
func nothingElse(s *kinds.Sidecar) bool {
	spec := s.Spec
	return len(spec.GetEgress()) == 1 && spec.GetEgress()[0].GetPort() == nil && spec.GetEgress()[0].GetBind() == "" &&
		len(spec.GetIngress()) == 0 && spec.GetOutboundTrafficPolicy() == nil && spec.GetInboundConnectionPool() == nil &&
		!slices.ContainsFunc(spec.GetEgress()[0].GetHosts(), func(h string) bool { return strings.HasPrefix(h, "~") })
}
