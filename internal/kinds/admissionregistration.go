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
	Name              string
	Client            admissionv1.WebhookClientConfig
	Rules             []admissionv1.RuleWithOperations
	FailurePolicy     admissionv1.FailurePolicyType // Fail if unset
	NamespaceSelector *metav1.LabelSelector
	ObjectSelector    *metav1.LabelSelector
	MatchConditions   []admissionv1.MatchCondition
	TimeoutSeconds    int32 // 10 if unset
}

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
		out.Webhooks = append(out.Webhooks, Webhook{
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
		out.Webhooks = append(out.Webhooks, Webhook{
			Name: w.Name, Client: w.ClientConfig, Rules: w.Rules,
			FailurePolicy:     or(w.FailurePolicy, admissionv1.Fail),
			NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector,
			MatchConditions: w.MatchConditions, TimeoutSeconds: or(w.TimeoutSeconds, defaultTimeout),
		})
	}
	return out
}

// defaultTimeout is the API's default of timeoutSeconds.
const defaultTimeout = 10

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
