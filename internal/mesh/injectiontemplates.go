package mesh

import (
	"slices"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

const sidecarTemplate = "sidecar"

// injectionTemplates are those that an injector makes a Pod's proxy of: those
// that the Pod names, else the injector's default ones.
func injectionTemplates(c *kinds.InjectorConfig, t *Template) []string {
	asked, given := t.Annotations[annotation.InjectTemplates.Name]
	if !given {
		return c.DefaultTemplates
	}
	names := strings.Split(asked, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// istiosTemplates tells whether all templates have names of Istio's own.
func istiosTemplates(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return name != sidecarTemplate && name != gatewayTemplate
	})
}
