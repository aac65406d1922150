package mesh

import (
	"iter"
	"reflect"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Injector is a webhook of Istio's that adds a sidecar to Pods.
type Injector struct {
	Config *kinds.WebhookConfiguration
	*kinds.Webhook
	// Conditions are the webhook's matchConditions, compiled.
	Conditions []Condition
}

// Revision is that of the istiod which answers the webhook, by the
// configuration's label or by the Service that is called; [DefaultRevision]
// where neither names one.
func (i *Injector) Revision() string {
	if rev := i.Config.Labels[kinds.RevisionLabel]; rev != "" {
		return rev
	}
	if s := i.Client.Service; s != nil {
		if rev, ok := strings.CutPrefix(s.Name, istiodName+"-"); ok && rev != "" {
			return rev
		}
	}
	return DefaultRevision
}

// Ref names the injector's configuration.
func (i *Injector) Ref() inventory.Ref { return kinds.MutatingWebhooks.Ref("", i.Config.Name) }

// istiodName is the name of istiod's Service and Deployment, which for a
// revision have its name behind a hyphen, and its label app.
const istiodName = "istiod"

// Injectors reads the webhooks of Istio's injectors, of any revision, by the
// names of their configurations; those that are being deleted are left out. One
// is told by what it serves, the creation of Pods, and by its name, the label of
// its configuration, the service that it calls, or the labels that it asks
// for: managed and renamed installations keep at least one of these.
func Injectors(r inventory.Reader) []Injector { return injectors.Everywhere(r, "") }

var injectors = kinds.Summarize(kinds.MutatingWebhooks.Whole(), "injectors",
	func(list iter.Seq[*kinds.WebhookConfiguration]) []Injector {
		var out []Injector
		for c := range list {
			if c.Deleted.IsZero() {
				out = append(out, injectorsOf(c)...)
			}
		}
		return out
	}, func(a, b []Injector) bool {
		return slices.EqualFunc(a, b, func(x, y Injector) bool {
			return x.Name == y.Name && (x.Config == y.Config || reflect.DeepEqual(x.Config, y.Config))
		})
	})

func injectorsOf(c *kinds.WebhookConfiguration) []Injector {
	var out []Injector
	for i := range c.Webhooks {
		if w := &c.Webhooks[i]; servesPods(w) && ofIstio(c, w) {
			out = append(out, Injector{Config: c, Webhook: w, Conditions: newConditions(w)})
		}
	}
	return out
}

func servesPods(w *kinds.Webhook) bool {
	return slices.ContainsFunc(w.Rules, func(rule admissionv1.RuleWithOperations) bool {
		creates := slices.Contains(rule.Operations, admissionv1.Create) ||
			slices.Contains(rule.Operations, admissionv1.OperationAll)
		core := slices.Contains(rule.APIGroups, corev1.GroupName) || slices.Contains(rule.APIGroups, "*")
		pods := slices.ContainsFunc(rule.Resources, func(resource string) bool {
			return resource == "pods" || resource == "*" || resource == "*/*"
		})
		return creates && core && pods
	})
}

func ofIstio(c *kinds.WebhookConfiguration, w *kinds.Webhook) bool {
	if _, ok := c.Labels[kinds.RevisionLabel]; ok || strings.HasSuffix(w.Name, ".istio.io") {
		return true
	}
	if s := w.Client.Service; s != nil && (s.Name == istiodName || strings.HasPrefix(s.Name, istiodName+"-")) {
		return true
	}
	return mentions(w.NamespaceSelector, InjectionLabel) || mentions(w.NamespaceSelector, kinds.RevisionLabel)
}

func mentions(s *metav1.LabelSelector, key string) bool {
	if s == nil {
		return false
	}
	_, ok := s.MatchLabels[key]
	return ok || slices.ContainsFunc(s.MatchExpressions, func(e metav1.LabelSelectorRequirement) bool {
		return e.Key == key
	})
}
