// Package wildcardcertificate flags backends whose certificate a client that must use TLS refuses.
package wildcardcertificate

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags backends with wildcard certificates that a client refuses.
var Analyzer = &analysis.Analyzer{
	Name:     "wildcardcertificate",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A client must use TLS and does not accept its backend's wildcard certificate",
	Why:      "A policy that enforces TLS and lists no names wants the very name by which the backend is found. A certificate that has wildcards alone does not have it, and the connection is refused.",
	Fix:      "List the names of the certificate in the client policy, at tls.validation.subjectAlternativeNames.match.exact, or use a certificate that has the backend's name.",
	Subject:  kinds.AppMeshVirtualNodes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vn := kinds.AppMeshVirtualNodes.Of(p.Subject())
	if !vn.Deleted.IsZero() {
		return
	}
	for _, n := range mesh.ServerNamesOf(p, vn) {
		if n.Implied && n.Wild() && !n.Mismatch() {
			p.Report(n.Field, "asks %s for the name %s, and its certificate %s has %s",
				n.Server, n.Accepted[0], n.ACM.ARN, mesh.List(n.ACM.Names)).Key(n.Server.String(), n.ACM.ARN).Relate(n.Server)
		}
	}
}
