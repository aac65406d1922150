// Package unknownegresshost flags egress hosts of Sidecars that nothing has.
package unknownegresshost

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags exact hosts in a Sidecar's egress that import nothing.
// Wildcards are not meant: they may be for what comes later.
var Analyzer = &analysis.Analyzer{
	Name:     "unknownegresshost",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A Sidecar object imports a host that does not exist there",
	Why: "The entry imports nothing, so that for these sidecars the host is outside of the mesh: requests go without routes and " +
		"mutual TLS, or with REGISTRY_ONLY nowhere.",
	Fix: "Write namespace/host with the namespace of the Service or ServiceEntry and its full name, as in " +
		"shop/cart.shop.svc.cluster.local (`kubectl get services,serviceentries -A` lists them), or delete the entry.",
	Equivalents: []string{"KIA1004"},
	Subject:     kinds.Sidecars.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	s := kinds.Sidecars.Of(p.Subject())
	if !s.Deleted.IsZero() {
		return
	}
	for i := range s.Spec.GetEgress() {
		for _, h := range mesh.EgressHosts(s, i) {
			if !kinds.IsWildcard(h.Host) {
				check(p, s, h)
			}
		}
	}
}

func check(p *analysis.Pass, s *kinds.Sidecar, h mesh.EgressHost) {
	found := mesh.SearchEgress(p, h, s.Namespace)
	if found.Found || remote(p, h) || ofEveryNamespace(p, s, h, found) {
		return
	}
	if len(found.Hidden) > 0 {
		p.Report(h.Field, "%s is not exported to namespace %s, so that %s imports nothing",
			found.Hidden[0], s.Namespace, h.Text).Key(h.Text).At(analysis.Low).Relate(found.Hidden...)
		return
	}
	p.Report(h.Field, "%s imports nothing: %s", h.Text, reason(p, s, h, found.Elsewhere)).Key(h.Text)
}

// remote: Services of other clusters of the mesh are not read.
func remote(p *analysis.Pass, h mesh.EgressHost) bool {
	_, _, service := mesh.ServiceName(h.Host)
	return service && mesh.RemoteClusters(p)
}

// ofEveryNamespace: in the default of the mesh, a dot stands for the namespace
// of each client, and the clients are everywhere.
func ofEveryNamespace(p *analysis.Pass, s *kinds.Sidecar, h mesh.EgressHost, found mesh.EgressSearch) bool {
	if s.Spec.GetWorkloadSelector() != nil || !h.Own && len(found.Hidden) == 0 {
		return false
	}
	return s.Namespace == mesh.RootNamespace(p)
}

func reason(p *analysis.Pass, s *kinds.Sidecar, h mesh.EgressHost, elsewhere []string) string {
	where := "in namespace " + h.Namespace
	if h.Namespace == "*" {
		where = "in any namespace"
	}
	none := "no Service or ServiceEntry " + where + " has this host"
	switch meant := mesh.MeantService(p, h.Host); {
	case len(elsewhere) > 0:
		return none + ", which is that of namespace " + mesh.List(elsewhere)
	case meant != nil:
		return none + "; Istio takes it literally, and Service " + meant.Namespace + "/" + meant.Name + " is " + meant.Host()
	case !strings.Contains(h.Host, "."):
		full := kinds.ServiceHost(home(s, h), h.Host)
		return none + "; Istio takes it literally, and Services have full names, as in " + full
	}
	return none
}

func home(s *kinds.Sidecar, h mesh.EgressHost) string {
	if h.Namespace == "*" {
		return s.Namespace
	}
	return h.Namespace
}
