package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestSidecarBy: the label decides; without any, a webhook may.
func TestSidecarBy(t *testing.T) {
	byDefault := strings.Replace(charts("canary"), "operator: In, values: [canary]", "operator: DoesNotExist", 1)
	for _, tt := range []struct{ webhooks, labels, text, by string }{
		{charts("default"), enrolled, "label istio-injection=enabled of namespace shop", "Namespace shop"},
		{charts("default"), "istio.io/rev=gone", "label istio.io/rev=gone of namespace shop", "Namespace shop"},
		{charts("default"), "", "", ""},
		{byDefault, "", "webhook rev.namespace.sidecar-injector.istio.io of MutatingWebhookConfiguration injector-canary", "injector-canary"},
		{byDefault, "istio-injection=disabled", "", ""},
		{byDefault, "istio.io/dataplane-mode=ambient", "", ""},
	} {
		text, by := mesh.SidecarBy(fromManifests(t, tt.webhooks), namespaceWith("shop", tt.labels))
		if text != tt.text || !strings.HasSuffix(by.String(), tt.by) || (by.Name == "") != (tt.by == "") {
			t.Errorf("%+v: %q, %s", tt, text, by)
		}
	}
}
