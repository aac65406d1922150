// Package insecureskipverify flags clients that check no certificate.
package insecureskipverify

import (
	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags DestinationRules that switch the check of the server's
// certificate off.
var Analyzer = &analysis.Analyzer{
	Name:     "insecureskipverify",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Clients do not verify the certificate of the server that they call",
	Why: "With insecureSkipVerify the proxy accepts every certificate, so whoever can redirect the connection reads and " +
		"changes all that is sent, as if there were no TLS.",
	Fix: "Take insecureSkipVerify out, and name the authority of the server's certificate by caCertificates or " +
		"credentialName, and its name by subjectAltNames and sni if it differs from the host.",
	Subject: kinds.DestinationRules.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	rule := kinds.DestinationRules.Of(p.Subject())
	if !rule.Deleted.IsZero() {
		return
	}
	for s := range mesh.ClientSettings(rule) {
		if s.Settings.GetInsecureSkipVerify().GetValue() && verifies(s.Settings.GetMode()) {
			p.Report(s.Field+".insecureSkipVerify", "in mode %s for host %q any certificate is accepted",
				s.Settings.GetMode(), rule.Spec.GetHost())
		}
	}
}

// verifies tells whether the field means anything in a mode: in the others
// there is no certificate, or it is one of the mesh.
func verifies(mode networking.ClientTLSSettings_TLSmode) bool {
	return mode == networking.ClientTLSSettings_SIMPLE || mode == networking.ClientTLSSettings_MUTUAL
}
