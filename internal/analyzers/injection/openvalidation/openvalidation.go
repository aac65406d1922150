// Package openvalidation flags meshes whose configuration is not validated when
// it is applied.
package openvalidation

import (
	"fmt"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags validating webhooks of Istio that still let everything pass
// while istiod is away, and meshes that have none.
var Analyzer = &analysis.Analyzer{
	Name:     "openvalidation",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Istio's configuration is not validated when it is applied",
	Why: "A mistake that istiod would have refused is stored, is told to nobody, and is left out or takes effect " +
		"when proxies get their next configuration.",
	Fix: "Let istiod set failurePolicy to Fail once it answers: look in its log for what keeps it from that (kubectl " +
		"logs -n istio-system deploy/istiod), and keep other tools from writing the field back.",
	Subject: kinds.ValidatingWebhooks.Name,
	Also:    mesh.ConfigKinds,
	Run:     run,
}

func run(p *analysis.Pass) {
	if p.Subject().Ref.Kind == kinds.ConfigMaps.Name {
		lacking(p)
		return
	}
	c := kinds.ValidatingWebhooks.Of(p.Subject())
	if !c.Deleted.IsZero() || !mesh.Validates(c) || c.Created.IsZero() {
		return // istiod has yet to see what is a file
	}
	at := slices.IndexFunc(c.Webhooks, open)
	if at < 0 || !p.Reached(c.Created.Add(kinds.Thresholds(p).GracePeriod)) || !served(p, c) {
		return
	}
	p.Report(fmt.Sprintf("webhooks[%d].failurePolicy", at),
		"failurePolicy of webhook %s is still Ignore, although its CA bundle is there: while istiod does not answer, "+
			"anything is stored unseen", c.Webhooks[at].Name)
}

// open: istiod writes the CA bundle first and, as soon as it is seen to refuse
// what is wrong, the policy Fail.
func open(w kinds.Webhook) bool {
	return w.FailurePolicy == admissionv1.Ignore && w.CAState == kinds.CAParsed && w.Client.Service != nil
}

// served tells whether an istiod of this cluster looks after the configuration.
func served(p *analysis.Pass, c *kinds.WebhookConfiguration) bool {
	return slices.ContainsFunc(mesh.ControlPlanes(p), func(plane mesh.ControlPlane) bool {
		return plane.Istiod != nil && plane.Revision == c.Labels[kinds.RevisionLabel]
	})
}

// lacking looks at a MeshConfig, which stands for the mesh.
func lacking(p *analysis.Pass) {
	if mesh.MeshConfig(p).Source != kinds.ConfigMaps.Of(p.Subject()) {
		return // not a MeshConfig, or that of another revision
	}
	planes := mesh.ControlPlanes(p)
	at := slices.IndexFunc(planes, func(plane mesh.ControlPlane) bool { return plane.Istiod != nil })
	if at < 0 || mesh.Validated(p) {
		return
	}
	istiod := kinds.Deployments.Ref(planes[at].Namespace, planes[at].Istiod.Name)
	p.Report("", "no ValidatingWebhookConfiguration has %s look at what is applied", istiod).
		At(analysis.Info).Relate(istiod).
		FixBy("Install Istio's validation (value global.configValidation of the chart istiod), or validate before " +
			"you apply: istioctl analyze, meshaudit analyze --file.")
}
