// Package wrongcabundle flags webhooks of Istio by whose CA bundle the API
// server cannot know istiod.
package wrongcabundle

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags webhooks of Istio whose CA bundle is missing, damaged, expired,
// or of another authority than istiod's.
var Analyzer = &analysis.Analyzer{
	Name:     "wrongcabundle",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "The API server cannot verify the control plane's webhook",
	Why: "Each call of the webhook fails with an error about x509: with failurePolicy Fail the API server refuses new " +
		"Pods or changes of Istio's configuration, with Ignore Pods start without sidecar.",
	Fix: "Restart istiod, which writes the bundle (kubectl rollout restart deployment -n istio-system -l app=istiod), " +
		"and see in its log whether it may update webhook configurations; where something else writes the bundle, " +
		"give that the root of istiod's certificate.",
	Subject: kinds.MutatingWebhooks.Name,
	Also:    mesh.ValidatingKinds,
	Run:     run,
}

func run(p *analysis.Pass) {
	c, hooks := configuration(p)
	if c == nil || !c.Deleted.IsZero() || len(hooks) == 0 {
		return
	}
	if !report(p, hooks, func(w *kinds.Webhook) string { return unusable(p, c, w) }) {
		report(p, hooks, func(w *kinds.Webhook) string { return foreign(p, c, w) })
	}
}

// hook is a webhook of Istio's, with its path.
type hook struct {
	*kinds.Webhook
	field string
	// harmless: nothing is refused and no Pod lacks its sidecar.
	harmless bool
}

func configuration(p *analysis.Pass) (*kinds.WebhookConfiguration, []hook) {
	var out []hook
	if p.Subject().Ref.Kind == kinds.MutatingWebhooks.Name {
		for _, i := range mesh.InjectorsOf(p, p.Subject().Ref.Name) {
			out = append(out, hook{Webhook: i.Webhook, field: i.Field()})
		}
		return kinds.MutatingWebhooks.Of(p.Subject()), out
	}
	c := kinds.ValidatingWebhooks.Of(p.Subject())
	for i := range c.Webhooks {
		if w := &c.Webhooks[i]; mesh.Validates(c) {
			out = append(out, hook{w, fmt.Sprintf("webhooks[%d]", i), w.FailurePolicy == admissionv1.Ignore})
		}
	}
	return c, out
}

// report tells each problem once, of the first webhook that has it: those of a
// configuration mostly have one bundle.
func report(p *analysis.Pass, hooks []hook, problem func(*kinds.Webhook) string) bool {
	seen := map[string]bool{"": true}
	for _, h := range hooks {
		text := problem(h.Webhook)
		if seen[text] {
			continue
		}
		seen[text] = true
		f := p.Report(h.field+".clientConfig.caBundle", "the CA bundle of webhook %s %s", h.Name, text).Key(h.Name)
		if h.harmless {
			f.At(analysis.Low)
		}
	}
	return len(seen) > 1
}
