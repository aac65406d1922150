package mesh

import (
	"maps"
	"slices"
	"strings"

	"istio.io/api/label"
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
}

// Revision is that of the istiod which answers the webhook; "" if unknown.
func (i *Injector) Revision() string { return i.Config.Labels[kinds.RevisionLabel] }

// Injectors reads the webhooks of Istio's injectors, of any revision. One is
// told by what it serves, the creation of Pods, and by its name, the label of
// its configuration, the service that it calls, or the labels that it asks
// for: managed and renamed installations keep at least one of these.
func Injectors(r inventory.Reader) []Injector {
	var out []Injector
	for c := range kinds.MutatingWebhooks.All(r) {
		for i := range c.Webhooks {
			w := &c.Webhooks[i]
			if servesPods(w) && ofIstio(c, w) {
				out = append(out, Injector{Config: c, Webhook: w})
			}
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
	if s := w.Client.Service; s != nil && (s.Name == "istiod" || strings.HasPrefix(s.Name, "istiod-")) {
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

// Gets tells whether the webhook gets a Pod with these labels. Maybe is the
// answer where its selectors match and it has conditions, which are not
// evaluated here.
func (i *Injector) Gets(ns *kinds.Namespace, pod map[string]string) Answer {
	answer := min(selects(i.NamespaceSelector, namespaceLabels(ns)), selects(i.ObjectSelector, pod))
	if answer == Yes && len(i.MatchConditions) > 0 {
		return Maybe
	}
	return answer
}

// selects evaluates a selector of a webhook or of a setting; nil selects
// everything.
func selects(s *metav1.LabelSelector, have map[string]string) Answer {
	if s == nil {
		return Yes
	}
	return matches(s, have, func(string) bool { return false })
}

// namespaceLabels adds the label that the API server puts on every Namespace,
// which files leave out.
func namespaceLabels(ns *kinds.Namespace) map[string]string {
	if _, ok := ns.Labels[corev1.LabelMetadataName]; ok {
		return ns.Labels
	}
	have := maps.Clone(ns.Labels)
	if have == nil {
		have = map[string]string{}
	}
	have[corev1.LabelMetadataName] = ns.Name
	return have
}

// MatchInjector finds the injector that gets a Pod with these labels, and how
// certain that is; nil and [No] if none does.
func MatchInjector(injectors []Injector, ns *kinds.Namespace, pod map[string]string) (*Injector, Answer) {
	var best *Injector
	answer := No
	for i := range injectors {
		if m := injectors[i].Gets(ns, pod); m > answer {
			best, answer = &injectors[i], m
		}
	}
	return best, answer
}

// ServesNamespace tells whether an injector gets some Pod of the namespace: one
// that says nothing, or one that asks for a sidecar by its own label.
func ServesNamespace(injectors []Injector, ns *kinds.Namespace) Answer {
	_, silent := MatchInjector(injectors, ns, nil)
	_, asking := MatchInjector(injectors, ns, map[string]string{label.SidecarInject.Name: "true"})
	return max(silent, asking)
}

// Revisions lists, sorted, the revisions and revision tags that the cluster
// knows: of the injectors by label or by the values that they select, and of
// every istiod Deployment.
func Revisions(r inventory.Reader, injectors []Injector) []string {
	var out []string
	for _, i := range injectors {
		out = append(out, i.Config.Labels[kinds.RevisionLabel], i.Config.Labels[label.IoIstioTag.Name])
		out = append(out, selectedRevisions(i.NamespaceSelector)...)
		out = append(out, selectedRevisions(i.ObjectSelector)...)
	}
	for d := range kinds.Deployments.ByLabel.Everywhere(r, kinds.LabelKey("app", "istiod")) {
		out = append(out, d.Template.Labels[kinds.RevisionLabel])
	}
	out = slices.DeleteFunc(out, func(rev string) bool { return rev == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

func selectedRevisions(s *metav1.LabelSelector) []string {
	if s == nil {
		return nil
	}
	out := []string{s.MatchLabels[kinds.RevisionLabel]}
	for _, e := range s.MatchExpressions {
		if e.Key == kinds.RevisionLabel && e.Operator == metav1.LabelSelectorOpIn {
			out = append(out, e.Values...)
		}
	}
	return out
}
