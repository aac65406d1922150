package kinds

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// WebhookConfiguration is what checks see of a MutatingWebhookConfiguration or
// a ValidatingWebhookConfiguration.
type WebhookConfiguration struct {
	Meta
	Webhooks []Webhook
}

// Webhook is one webhook of a configuration. Nil selectors match everything.
type Webhook struct {
	Name string
	// Client tells whom the API server calls, without the CA bundle.
	Client admissionv1.WebhookClientConfig
	// CABundle are the certificates by which the API server knows the one whom
	// it calls, as far as they can be parsed.
	CABundle          []Certificate
	CAState           CAState
	Rules             []admissionv1.RuleWithOperations
	FailurePolicy     admissionv1.FailurePolicyType // Fail if unset
	NamespaceSelector *metav1.LabelSelector
	ObjectSelector    *metav1.LabelSelector
	MatchConditions   []admissionv1.MatchCondition
	TimeoutSeconds    int32 // 10 if unset
}

// CAState tells what is in the CA bundle of a webhook.
type CAState uint8

// The states of a CA bundle.
const (
	// CAEmpty: there is none, so that the roots of the API server's host count.
	CAEmpty CAState = iota
	// CAMalformed: it holds no certificate, or something that is none.
	CAMalformed
	// CAParsed: all of it is certificates.
	CAParsed
)

var (
	// MutatingWebhooks is the kind MutatingWebhookConfiguration.
	MutatingWebhooks = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "MutatingWebhookConfiguration.admissionregistration.k8s.io"},
		Plural:   "mutatingwebhookconfigurations", Versions: []string{"v1"}, OffInFiles: true,
	}, projectMutatingWebhooks)
	// ValidatingWebhooks is the kind ValidatingWebhookConfiguration.
	ValidatingWebhooks = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "ValidatingWebhookConfiguration.admissionregistration.k8s.io"},
		Plural:   "validatingwebhookconfigurations", Versions: []string{"v1"}, OffInFiles: true,
	}, projectValidatingWebhooks)
)

func projectMutatingWebhooks(c *admissionv1.MutatingWebhookConfiguration) *WebhookConfiguration {
	out := &WebhookConfiguration{Meta: newMeta(&c.ObjectMeta)}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.add(Webhook{
			Name: w.Name, Client: w.ClientConfig, Rules: w.Rules,
			FailurePolicy:     or(w.FailurePolicy, admissionv1.Fail),
			NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector,
			MatchConditions: w.MatchConditions, TimeoutSeconds: or(w.TimeoutSeconds, defaultTimeout),
		})
	}
	return out
}

func projectValidatingWebhooks(c *admissionv1.ValidatingWebhookConfiguration) *WebhookConfiguration {
	out := &WebhookConfiguration{Meta: newMeta(&c.ObjectMeta)}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.add(Webhook{
			Name: w.Name, Client: w.ClientConfig, Rules: w.Rules,
			FailurePolicy:     or(w.FailurePolicy, admissionv1.Fail),
			NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector,
			MatchConditions: w.MatchConditions, TimeoutSeconds: or(w.TimeoutSeconds, defaultTimeout),
		})
	}
	return out
}

// add takes a webhook over, with certificates in place of the CA bundle's text.
func (c *WebhookConfiguration) add(w Webhook) {
	if bundle := w.Client.CABundle; len(bundle) > 0 {
		var whole bool
		if w.CABundle, whole = ParseCertificates(bundle); whole {
			w.CAState = CAParsed
		} else {
			w.CAState = CAMalformed
		}
	}
	w.Client.CABundle = nil
	c.Webhooks = append(c.Webhooks, w)
}

// defaultTimeout is the API's default of timeoutSeconds.
const defaultTimeout = 10

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
