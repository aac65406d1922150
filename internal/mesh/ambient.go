package mesh

import (
	"slices"
	"strconv"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Intent is what Istio's CNI agent is to make of the Pods of a template.
type Intent struct {
	// Answer tells whether they are to be in ambient mode.
	Answer Answer
	// By is the object that decided; zero: the Pods themselves, or nothing.
	By inventory.Ref
	// Text says what decided, as "label istio.io/dataplane-mode=ambient of
	// Namespace shop"; "" if nothing asks for ambient mode.
	Text string
}

// Intended tells whether the Pods of a template are to be in ambient mode, as
// the CNI agent decides: not in the host's network, not with a sidecar, not in
// an excluded namespace, and by the enablementSelectors. Whether the agent is
// installed is not asked; without its configuration the chart's counts.
//
// It reads ConfigMaps and, of what has no Pod yet, webhook configurations,
// which are off in files unless one is given: so come late.
func Intended(r inventory.Reader, ns *kinds.Namespace, t *Template) Intent {
	switch {
	case t.Spec.HostNetwork:
		return Intent{Text: "hostNetwork of the Pods"}
	case t.Component() == Ztunnel:
		return Intent{}
	case t.injected():
		return Intent{Text: "the sidecar of the Pods"}
	}
	c, _ := CNIConfig(r)
	if slices.Contains(c.Excluded, ns.Name) {
		return Intent{By: c.ref(), Text: "EXCLUDE_NAMESPACES of " + c.name()}
	}
	intent := c.enables(ns, t)
	if intent.Answer == No || t.Live {
		return intent
	}
	if d := Decide(r, ns, t); d.Answer != No {
		answer := min(intent.Answer, d.Answer.not())
		return Intent{Answer: answer, By: d.By, Text: "the sidecar that the Pods get by " + d.Text}
	}
	return intent
}

// injected tells whether a Pod has a sidecar, as the CNI agent sees it, or its
// template brings one along.
func (t *Template) injected() bool {
	_, has := t.Annotations[annotation.SidecarStatus.Name]
	return has || t.Role() == SidecarProxy
}

// enables finds the first selector that fits best.
func (c *CNI) enables(ns *kinds.Namespace, t *Template) Intent {
	var best Intent
	for i := range c.Selectors {
		s := &c.Selectors[i]
		answer := min(selects(&s.Namespace, namespaceLabels(ns)), matches(&s.Pod, t.Labels, t.mayGet))
		if answer > best.Answer {
			best = c.because(ns, t)
			best.Answer = answer
		}
	}
	return best
}

// mayGet tells whether a template's Pods may get a label that it lacks. The
// label of ambient mode is added by nobody.
func (t *Template) mayGet(key string) bool {
	return !t.Live && added(key) && key != label.IoIstioDataplaneMode.Name
}

// because names the label that the chart's selectors look at, or else the
// selectors.
func (c *CNI) because(ns *kinds.Namespace, t *Template) Intent {
	text := "label " + kinds.LabelKey(label.IoIstioDataplaneMode.Name, ambient) + " of "
	switch {
	case t.Labels[label.IoIstioDataplaneMode.Name] == ambient:
		return Intent{Text: text + "the Pods"}
	case ns.Labels[label.IoIstioDataplaneMode.Name] == ambient:
		return Intent{Text: text + "Namespace " + ns.Name, By: kinds.Namespaces.Ref("", ns.Name)}
	}
	return Intent{Text: "the enablementSelectors of " + c.name(), By: c.ref()}
}

// BypassesInbound tells whether Pods in ambient mode get what comes in
// directly, past ztunnel: by the annotation
// ambient.istio.io/bypass-inbound-capture. What is no truth value says nothing.
func BypassesInbound(t *Template) bool {
	bypass, err := strconv.ParseBool(t.Annotations[annotation.AmbientBypassInboundCapture.Name])
	return bypass && err == nil
}

// readyOn tells whether a Pod with a label that is ready runs on a node; Maybe
// if the node is not told.
func readyOn(r inventory.Reader, node, key, value string) Answer {
	if node == "" {
		return Maybe
	}
	for p := range kinds.PodsByNode.Everywhere(r, node) {
		if p.Labels[key] == value && p.Live() && p.Ready {
			return Yes
		}
	}
	return No
}
