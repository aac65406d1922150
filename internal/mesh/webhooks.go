package mesh

import (
	"iter"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// What checks of webhook configurations are about, too: the validating ones, the
// Services that make a revision tag, and the ConfigMap that stands for the mesh.
var (
	ValidatingKinds = []inventory.Kind{kinds.ValidatingWebhooks.Name}
	TaggedKinds     = []inventory.Kind{kinds.Services.Name}
	ConfigKinds     = []inventory.Kind{kinds.ConfigMaps.Name}
)

// InjectorsOf reads the injectors of one configuration, by its name.
func InjectorsOf(r inventory.Reader, config string) []Injector {
	all := Injectors(r)
	first := slices.IndexFunc(all, func(i Injector) bool { return i.Config.Name == config })
	if first < 0 {
		return nil
	}
	rest := all[first:]
	next := slices.IndexFunc(rest, func(i Injector) bool { return i.Config.Name != config })
	if next < 0 {
		return rest
	}
	return rest[:next]
}

// Field is the path of the webhook in its configuration.
func (i *Injector) Field() string {
	at := slices.IndexFunc(i.Config.Webhooks, func(w kinds.Webhook) bool { return w.Name == i.Name })
	return item("webhooks", at)
}

// Validates tells whether a ValidatingWebhookConfiguration is Istio's: by the
// names that its charts give to configurations and webhooks.
func Validates(c *kinds.WebhookConfiguration) bool {
	return c.Name == "istiod-default-validator" || strings.HasPrefix(c.Name, "istio-validator") ||
		slices.ContainsFunc(c.Webhooks, func(w kinds.Webhook) bool {
			return w.Name == "validation.istio.io" || strings.HasSuffix(w.Name, ".validation.istio.io")
		})
}

// Injects tells whether a webhook is one of Istio's injectors; see [Injectors].
func Injects(c *kinds.WebhookConfiguration, w *kinds.Webhook) bool {
	return servesPods(w) && ofIstio(c, w)
}

// Validated tells whether Istio has a webhook by which configuration is
// validated when it is applied.
func Validated(r inventory.Reader) bool { return validated.Everywhere(r, "") }

var validated = kinds.Summarize(kinds.ValidatingWebhooks.Whole(), "validated",
	func(list iter.Seq[*kinds.WebhookConfiguration]) bool {
		for c := range list {
			if c.Deleted.IsZero() && Validates(c) {
				return true
			}
		}
		return false
	}, func(a, b bool) bool { return a == b })
