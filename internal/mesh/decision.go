package mesh

import (
	"fmt"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Decision is what the control planes of the cluster do to a new Pod.
type Decision struct {
	// Answer tells whether the Pod gets a proxy.
	Answer Answer
	// Injector is the one that gets the Pod; nil if none does, or if it was
	// decided before the webhooks.
	Injector *Injector
	Rule     Rule
	// By is the object that decided: Namespace, webhook configuration, or the
	// injector's ConfigMap; zero: the Pod itself, or the absence of an object.
	By inventory.Ref
	// Text is what decided, as part of a sentence: "label
	// sidecar.istio.io/inject=false of the Pods".
	Text string
}

// Rule is what decided about a Pod.
type Rule uint8

// The rules, in the order in which they are asked.
const (
	// HostNetwork: the Pod shares the host's network.
	HostNetwork Rule = iota
	// SystemNamespace: it lies in a namespace of Kubernetes' own.
	SystemNamespace
	// GatewayAPI: istiod itself deploys the gateway, with its proxy.
	GatewayAPI
	// PodLabel and PodAnnotation: sidecar.istio.io/inject of the Pod.
	PodLabel
	PodAnnotation
	// NoWebhook: no injector's selectors match.
	NoWebhook
	// WebhookConditions: selectors match, and a matchCondition does not hold, or
	// may not.
	WebhookConditions
	// NeverInject, AlwaysInject and Policy of the injector's configuration.
	NeverInject
	AlwaysInject
	Policy
)

// Decide tells whether a new Pod made of a template gets a proxy from an
// injector of the cluster, in the order of API server and istiod:
//
//  1. Pods of the host's network and of Kubernetes' own namespaces get none,
//     nor do those that refuse by exactly sidecar.istio.io/inject=false.
//  2. A webhook must get the Pod, by selectors (which know labels alone) and
//     matchConditions.
//  3. A Pod that says true gets one.
//  4. For others istiod's configuration decides: neverInjectSelector, then
//     alwaysInjectSelector, then policy. Where there is no such ConfigMap, as
//     with a control plane outside of the cluster, the answer is Yes.
//
// Where several injectors get the Pod, the most certain Yes counts, of these
// the first by configuration. It reads no further than it must.
func Decide(r inventory.Reader, ns *kinds.Namespace, t *Template) Decision {
	if d, decided := decideByPod(ns, t); decided {
		return d
	}
	injectors := Injectors(r)
	best := unheard(injectors, ns)
	for n := range injectors {
		i := &injectors[n]
		selected := i.Selects(ns, t)
		if selected == No {
			continue
		}
		if d := i.decide(r, selected, ns, t); best.Injector == nil && best.Rule == NoWebhook || d.Answer > best.Answer {
			best = d
		}
		if best.Answer == Yes {
			break
		}
	}
	return best
}

// decideByPod is what Pod and name of the namespace decide alone.
func decideByPod(ns *kinds.Namespace, t *Template) (Decision, bool) {
	choice, given := InjectChoice(t)
	_, managed := t.Labels[label.GatewayManaged.Name]
	switch refuses := given && !choice; {
	case t.Spec.HostNetwork:
		return Decision{Rule: HostNetwork, Text: "hostNetwork of the Pods"}, true
	case Ignored(ns.Name):
		return Decision{
			Rule: SystemNamespace, By: kinds.Namespaces.Ref("", ns.Name), Text: "the name of namespace " + ns.Name,
		}, true
	case refuses && managed:
		return Decision{Rule: GatewayAPI, Text: "label " + label.GatewayManaged.Name + " of the Pods"}, true
	case refuses:
		return ownChoice(t, No), true
	}
	return Decision{}, false
}

// ownChoice is the decision of a Pod that says true or false.
func ownChoice(t *Template, answer Answer) Decision {
	rule, kind, key := PodLabel, "label ", label.SidecarInject.Name
	v, labelled := t.Labels[key]
	if !labelled {
		rule, kind, key = PodAnnotation, "annotation ", annotation.SidecarInject.Name
		v = t.Annotations[key]
	}
	return Decision{Answer: answer, Rule: rule, Text: kind + kinds.LabelKey(key, v) + " of the Pods"}
}

// unheard is the decision where no injector's selectors match.
func unheard(injectors []Injector, ns *kinds.Namespace) Decision {
	d := Decision{Rule: NoWebhook, Text: "no injector selects the Pods"}
	switch e := EnrolmentOf(ns); {
	case len(injectors) == 0:
		d.Text = "no injector is installed"
	case e.Mode != Undecided:
		d.By = kinds.Namespaces.Ref("", ns.Name)
		d.Text = fmt.Sprintf("no injector selects Pods like these of namespace %s with label %s", ns.Name, e.By)
	}
	return d
}

// decide is what comes of a Pod that the injector's selectors match as told.
func (i *Injector) decide(r inventory.Reader, selected Answer, ns *kinds.Namespace, t *Template) Decision {
	holds, by := i.Holds(ns.Name, t)
	if holds == No {
		return Decision{Rule: WebhookConditions, By: i.Ref(), Text: i.conditionText(by)}
	}
	var d Decision
	if _, given := InjectChoice(t); given {
		d = ownChoice(t, Yes)
	} else {
		d = i.configured(r, t)
	}
	d.Injector = i
	if reached := min(selected, holds); reached < d.Answer {
		d.Answer, d.By = reached, i.Ref()
		if by != nil {
			d.Rule, d.Text = WebhookConditions, i.conditionText(by)
		}
	}
	return d
}

func (i *Injector) conditionText(c *Condition) string {
	return fmt.Sprintf("matchCondition %s of webhook %s in MutatingWebhookConfiguration %s", c.Name, i.Name, i.Config.Name)
}
