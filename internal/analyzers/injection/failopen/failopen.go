// Package failopen flags injectors that let Pods start without their sidecar.
package failopen

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags webhooks of injectors with the failure policy Ignore.
var Analyzer = &analysis.Analyzer{
	Name:     "failopen",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "While istiod is away, Pods start without their sidecar",
	Why: "Such a Pod runs in the clear and outside of all policies, peers with mode STRICT refuse it, and nothing " +
		"restarts it once istiod is back.",
	Fix: "Set failurePolicy to Fail, as Istio's charts do, so that a Pod waits for istiod; run two replicas of " +
		"istiod with a PodDisruptionBudget, so that it seldom has to.",
	Subject: kinds.MutatingWebhooks.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	var names []string
	field := ""
	for _, i := range mesh.InjectorsOf(p, p.Subject().Ref.Name) {
		if i.FailurePolicy != admissionv1.Ignore {
			continue
		}
		if names = append(names, i.Name); field == "" {
			field = i.Field() + ".failurePolicy"
		}
	}
	if len(names) > 0 {
		p.Report(field, "failurePolicy Ignore of %s lets Pods start without proxy whenever the injector does not answer",
			mesh.List(names))
	}
}
