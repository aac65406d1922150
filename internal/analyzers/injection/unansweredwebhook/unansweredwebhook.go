// Package unansweredwebhook flags injectors that nobody answers for.
package unansweredwebhook

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags webhooks of injectors whose Service does not exist, lacks the
// port, or has no ready endpoint.
var Analyzer = &analysis.Analyzer{
	Name:     "unansweredwebhook",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An injector's webhook has nobody to answer it",
	Why: "With failurePolicy Fail the API server refuses every Pod that the webhook selects, also one that replaces a " +
		"lost one; with Ignore Pods start without sidecar.",
	Fix: "Bring istiod back (kubectl get deployments -A -l app=istiod; kubectl get endpointslices -n istio-system) or, if " +
		"its revision is gone for good, delete what it left: kubectl delete mutatingwebhookconfiguration NAME.",
	Equivalents: []string{"IST0139"},
	Subject:     kinds.MutatingWebhooks.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	hooks := mesh.InjectorsOf(p, p.Subject().Ref.Name)
	if !report(p, hooks, unreachable) {
		report(p, hooks, unready)
	}
}

// problem says what is wrong with the Service of a webhook, and in which of its
// fields; "" if nothing.
type problem func(*analysis.Pass, *admissionv1.ServiceReference) (text, field string)

// fault is a problem of a Service, and what comes of it.
type fault struct{ service, text, effect string }

// report tells each problem once, of all webhooks that have it.
func report(p *analysis.Pass, hooks []mesh.Injector, of problem) bool {
	affected := map[fault][]mesh.Injector{}
	var order []fault
	fields := map[fault]string{}
	for _, h := range hooks {
		s := h.Client.Service
		if s == nil {
			continue
		}
		text, field := of(p, s)
		if text == "" {
			continue
		}
		f := fault{s.Namespace + "/" + s.Name, text, effect(h.FailurePolicy)}
		if affected[f] == nil {
			order = append(order, f)
			fields[f] = h.Field() + ".clientConfig.service." + field
		}
		affected[f] = append(affected[f], h)
	}
	for _, f := range order {
		finding := p.Report(fields[f], "Service %s, called by %s, %s: %s", f.service, names(affected[f]), f.text, f.effect).
			Key(f.service, f.text).
			FixBy("Bring istiod back (kubectl get deployments -A -l app=istiod; kubectl get endpointslices -n %s) or, if its "+
				"revision is gone for good, delete what it left: kubectl delete mutatingwebhookconfiguration %s.",
				affected[f][0].Client.Service.Namespace, p.Subject().Ref.Name)
		if affected[f][0].FailurePolicy == admissionv1.Fail && mesh.GetsPods(p, affected[f]) {
			finding.At(analysis.Critical)
		}
	}
	return len(order) > 0
}

func effect(policy admissionv1.FailurePolicyType) string {
	if policy == admissionv1.Fail {
		return "by failurePolicy Fail the Pods that are selected are refused"
	}
	return "by failurePolicy Ignore the Pods that are selected start without proxy"
}

func names(hooks []mesh.Injector) string {
	var out []string
	for _, h := range hooks {
		out = append(out, h.Name)
	}
	return mesh.List(out)
}
