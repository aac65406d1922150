// Package expiringcertificate flags listeners whose certificate in ACM expires soon.
package expiringcertificate

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags listeners whose certificate in ACM expires soon, or has expired.
var Analyzer = &analysis.Analyzer{
	Name:     "expiringcertificate",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A listener's certificate in ACM expires soon",
	Why:      "From that day on every client that validates the certificate refuses the connection. ACM renews private certificates well before their last month, so this one was not renewed.",
	Fix:      "See why ACM did not renew it: aws acm describe-certificate --certificate-arn ARN. Request a new one, name it in the listener, and see that proxies have it before the day.",
	Subject:  kinds.AppMeshVirtualNodes.Name,
	Also:     mesh.GatewaysInAWS,
	Run:      run,
}

// urgent is how long before the end of a certificate nobody should wait.
const urgent = 7 * kinds.Day

func run(p *analysis.Pass) {
	soon := kinds.Thresholds(p).Certificate
	for l := range mesh.ListenerCertificates(p, p.Subject()) {
		c := l.ACM
		if c == nil || c.NotAfter.IsZero() || !p.Reached(c.NotAfter.Add(-soon)) {
			continue
		}
		verb, severity := "expires", analysis.Medium
		if p.Reached(c.NotAfter.Add(-urgent)) {
			severity = analysis.Critical
		}
		if p.Reached(c.NotAfter) {
			verb = "expired"
		}
		p.Report(l.Field, "certificate %s %s on %s%s", c.ARN, verb, c.NotAfter.Format(time.DateOnly), support(p)).At(severity)
	}
}

// support says what the end of App Mesh's support means for a renewal.
func support(p *analysis.Pass) string {
	end := kinds.AppMeshSettings(p).EndOfSupport
	if !p.Reached(end) {
		return ""
	}
	return "; a renewed one may not reach the proxies, since AWS ended the support of App Mesh on " +
		end.Format(time.DateOnly)
}
