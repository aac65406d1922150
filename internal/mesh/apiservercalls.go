package mesh

import (
	"iter"
	"maps"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// CalledByAPIServer tells whether a Service answers an admission webhook: the
// API server, which calls it, is outside of the mesh.
//
// It reads webhook configurations, which are off in files unless one is given:
// so come late.
func CalledByAPIServer(r inventory.Reader, s *kinds.Service) bool {
	name := kinds.NamespacedName(s.Namespace, s.Name)
	return mutatingServices.Everywhere(r, "")[name] || validatingServices.Everywhere(r, "")[name]
}

var (
	mutatingServices = kinds.Summarize(kinds.MutatingWebhooks.Whole(), "services",
		servicesCalled, maps.Equal[map[string]bool, map[string]bool])
	validatingServices = kinds.Summarize(kinds.ValidatingWebhooks.Whole(), "services",
		servicesCalled, maps.Equal[map[string]bool, map[string]bool])
)

func servicesCalled(list iter.Seq[*kinds.WebhookConfiguration]) map[string]bool {
	out := map[string]bool{}
	for c := range list {
		for i := range c.Webhooks {
			if s := c.Webhooks[i].Client.Service; s != nil {
				out[kinds.NamespacedName(s.Namespace, s.Name)] = true
			}
		}
	}
	return out
}
