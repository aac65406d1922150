// Package unusablecertificate flags listeners with a certificate that App Mesh cannot use.
package unusablecertificate

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags listeners whose certificate ACM does not have, or that App Mesh
// cannot use.
var Analyzer = &analysis.Analyzer{
	Name:     "unusablecertificate",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A listener's certificate in ACM is missing, not private, or not issued",
	Why:      "App Mesh sends proxies only private certificates that ACM has issued. With another one the listener gets none: clients that must use TLS fail, at the latest when the proxy starts anew.",
	Fix:      "Name a private certificate that is issued, of the mesh's account and region; aws acm describe-certificate --certificate-arn ARN tells its type and status.",
	Subject:  kinds.AppMeshVirtualNodes.Name,
	Also:     mesh.GatewaysInAWS,
	Run:      run,
}

func run(p *analysis.Pass) {
	for l := range mesh.ListenerCertificates(p, p.Subject()) {
		if problem := unusable(p, l.ACM); problem != "" {
			p.Report(l.Field, "certificate %s %s", l.ACM.ARN, problem)
		}
	}
}

// unusable says why App Mesh cannot use a certificate; "" if it can. One that has
// expired is the business of aws/expiringcertificate.
func unusable(p *analysis.Pass, c *kinds.AWSCertificate) string {
	switch {
	case c == nil || c.Missing && !own(p, c):
		return ""
	case c.Missing:
		return "does not exist in ACM"
	case c.Type != "PRIVATE":
		return "is of type " + c.Type + ", and App Mesh uses private certificates alone"
	case c.Status != "ISSUED" && c.Status != "EXPIRED":
		return "is not issued: its status is " + c.Status
	}
	return ""
}

// own tells whether a certificate is of the account that is read: ACM knows no
// other account's.
func own(p *analysis.Pass, c *kinds.AWSCertificate) bool {
	caller := kinds.Caller(p)
	return caller != nil && caller.Account == mesh.ARNAccount(c.ARN)
}
