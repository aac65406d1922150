package mesh

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ConfigMap reads the one in which the istiod behind an injector has its
// configuration: istio-sidecar-injector, or istio-sidecar-injector-<revision>,
// beside the Service that is called, or in the root namespace where a URL is.
// It is nil where there is none, as with a control plane outside of the cluster.
//
// In files the ConfigMaps are off unless one is given, and then a check that
// comes here is not evaluated: so come late.
func (i *Injector) ConfigMap(r inventory.Reader) *kinds.ConfigMap {
	namespace := kinds.MeshSettings(r).RootNamespace
	if s := i.Client.Service; s != nil {
		namespace = s.Namespace
	}
	return kinds.ConfigMaps.Get(r, namespace, ofRevision("istio-sidecar-injector", i.Revision()))
}

// Configuration reads what [Injector.ConfigMap] holds; nil if nothing.
func (i *Injector) Configuration(r inventory.Reader) *kinds.InjectorConfig {
	if c := i.ConfigMap(r); c != nil {
		return c.Injector
	}
	return nil
}

// configured is what the injector's configuration decides about a Pod that says
// nothing.
func (i *Injector) configured(r inventory.Reader, t *Template) Decision {
	c := i.ConfigMap(r)
	if c == nil || c.Injector == nil {
		text := fmt.Sprintf("webhook %s of MutatingWebhookConfiguration %s", i.Name, i.Config.Name)
		return Decision{Answer: certainlyUnless(c != nil), Rule: Policy, By: i.Ref(), Text: text}
	}
	d := Decision{Rule: Policy, By: kinds.ConfigMaps.Ref(c.Namespace, c.Name)}
	where := " of ConfigMap " + c.Namespace + "/" + c.Name
	switch never, always := anyOf(c.Injector.Never, t.Labels), anyOf(c.Injector.Always, t.Labels); {
	case never != No:
		d.Answer, d.Rule, d.Text = never.not(), NeverInject, "neverInjectSelector"+where
	case c.Injector.Policy != enabled && c.Injector.Policy != disabled:
		d.Text = fmt.Sprintf("policy %q%s, which is neither enabled nor disabled", c.Injector.Policy, where)
	case always != No:
		d.Answer, d.Rule, d.Text = always, AlwaysInject, "alwaysInjectSelector"+where
	default:
		d.Answer, d.Text = certainly(c.Injector.Policy == enabled), "policy "+c.Injector.Policy+where
	}
	return d
}

// certainlyUnless is Yes, or Maybe where there is a doubt.
func certainlyUnless(doubt bool) Answer {
	if doubt {
		return Maybe
	}
	return Yes
}

// disabled is the policy by which only Pods that ask are injected.
const disabled = "disabled"

// ofRevision is the name of an object of the charts' for a revision.
func ofRevision(name, revision string) string {
	if revision == "" || revision == DefaultRevision {
		return name
	}
	return name + "-" + revision
}

// anyOf tells whether one of the selectors matches; as in istiod, an empty one
// matches nothing.
func anyOf(list []metav1.LabelSelector, have map[string]string) Answer {
	answer := No
	for i := range list {
		if s := &list[i]; len(s.MatchLabels)+len(s.MatchExpressions) > 0 {
			answer = max(answer, selects(s, have))
		}
	}
	return answer
}
