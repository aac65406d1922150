package mesh

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// imaginable are namespaces of any name with the labels that Istio's own
// webhooks look at.
func imaginable(r inventory.Reader, injectors []Injector) []*kinds.Namespace {
	var out []*kinds.Namespace
	for _, rev := range append([]string{""}, Revisions(r, injectors)...) {
		for _, injection := range []string{"", enabled, disabled} {
			ns := kinds.NewNamespace("any")
			ns.Labels = map[string]string{}
			if rev != "" {
				ns.Labels[kinds.RevisionLabel] = rev
			}
			if injection != "" {
				ns.Labels[InjectionLabel] = injection
			}
			out = append(out, ns)
		}
	}
	return out
}

// imaginablePod is a Pod with the labels that Istio's own webhooks look at.
type imaginablePod struct {
	*Template
	text string
}

func imaginablePods(injectors []Injector) []imaginablePod {
	asks := SilentPod()
	asks.Labels = map[string]string{label.SidecarInject.Name: injectTrue}
	out := []imaginablePod{
		{SilentPod(), "that say nothing"}, {asks, "with the label " + LabelText(asks.Labels)},
	}
	seen := map[string]bool{"": true}
	for _, i := range injectors {
		for _, rev := range selectedRevisions(i.ObjectSelector) {
			if seen[rev] {
				continue
			}
			seen[rev] = true
			t := SilentPod()
			t.Labels = map[string]string{kinds.RevisionLabel: rev}
			out = append(out, imaginablePod{t, "with the label " + LabelText(t.Labels)})
		}
	}
	return out
}
