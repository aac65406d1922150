// Package sanmismatch flags clients that accept no name of their backend's certificate.
package sanmismatch

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags clients that must use TLS and accept no name of their backend's
// certificate.
var Analyzer = &analysis.Analyzer{
	Name:     "sanmismatch",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A client must use TLS and accepts no name of its backend's certificate",
	Why:      "The proxy refuses the connection when none of the names that the policy lists, or, without a list, the name by which the backend is found, is in the certificate: every request fails.",
	Fix:      "List a name of the certificate in the client policy, at tls.validation.subjectAlternativeNames.match.exact, or request a certificate that has the name.",
	Subject:  kinds.AppMeshVirtualNodes.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vn := kinds.AppMeshVirtualNodes.Of(p.Subject())
	if !vn.Deleted.IsZero() {
		return
	}
	for _, n := range mesh.ServerNamesOf(p, vn) {
		if n.Mismatch() {
			p.Report(n.Field, "accepts %s of %s, and its certificate %s has %s",
				mesh.List(n.Accepted), n.Server, n.ACM.ARN, mesh.List(n.ACM.Names)).
				Key(n.Server.String(), n.ACM.ARN).Relate(n.Server)
		}
	}
}
