// Package orphanedwebhook flags App Mesh webhooks that nobody answers.
package orphanedwebhook

import (
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Analyzer flags App Mesh webhooks that must be asked and whose service is gone
// or has no ready endpoint.
var Analyzer = &analysis.Analyzer{
	Name:     "orphanedwebhook",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An App Mesh webhook refuses everything because nobody answers it",
	Why:      "With the failure policy Fail the API server refuses what it cannot have checked: every new Pod in a namespace that is labelled for App Mesh, and every change of an App Mesh object, even the removal of a finalizer.",
	Fix:      "Bring the App Mesh controller back, or, if it is gone for good, delete its webhook configurations before anything else: kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration NAME.",
	Subject:  kinds.MutatingWebhooks.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	c := kinds.MutatingWebhooks.Of(p.Subject())
	if !c.Deleted.IsZero() {
		return
	}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		s := w.Client.Service
		if s == nil || w.FailurePolicy != admissionv1.Fail || !strings.HasSuffix(w.Name, ".appmesh.k8s.aws") {
			continue
		}
		if problem := unanswered(p, s); problem != "" {
			p.Report(fmt.Sprintf("webhooks[%d].clientConfig.service.name", i),
				"webhook %s must be asked, and its Service %s/%s %s", w.Name, s.Namespace, s.Name, problem).Key(w.Name)
			return // the others ask the same
		}
	}
}

// unanswered says why a service does not answer; "" if it may.
func unanswered(p *analysis.Pass, s *admissionv1.ServiceReference) string {
	if kinds.Services.Get(p, s.Namespace, s.Name) == nil {
		return "does not exist"
	}
	for e := range kinds.EndpointSlicesByService.In(p, s.Namespace, s.Name) {
		if e.Ready {
			return ""
		}
	}
	return "has no ready endpoint"
}
