package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestSilentProxies: the first proxy of a namespace stands for all, unless a
// Telemetry singles some out; and what is said is what decides.
func TestSilentProxies(t *testing.T) {
	const (
		namespace = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n"
		pods      = `---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: a, labels: {app: a}}, spec: {containers: [{name: app}, {name: istio-proxy}]}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: b, labels: {app: b}}, spec: {containers: [{name: app}, {name: istio-proxy}]}}
`
		alone  = "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: a, labels: {sidecar.istio.io/inject: \"false\"}}, spec: {containers: [{name: app}]}}\n"
		logs   = "accessLogFile: /dev/stdout"
		silent = "accessLogFile: ''"
		off    = "{accessLogging: [{disabled: true, providers: [{name: envoy}]}]}"
		offA   = "{selector: {matchLabels: {app: a}}, accessLogging: [{disabled: true, providers: [{name: envoy}]}]}"
	)
	for name, tt := range map[string]struct {
		world, why string
		all        bool
	}{
		"the mesh logs":                 {world: namespace + pods + configMap("istio-system", "istio", logs)},
		"nobody says so":                {namespace + pods + configMap("istio-system", "istio", silent), "ConfigMap istio-system/istio names no accessLogFile", true},
		"switched off here":             {namespace + pods + configMap("istio-system", "istio", logs) + telemetryOf("shop", "quiet", off), "Telemetry shop/quiet leaves no provider on", true},
		"switched off for one":          {namespace + pods + configMap("istio-system", "istio", logs) + telemetryOf("shop", "quiet", offA), "Telemetry shop/quiet leaves no provider on", false},
		"no configuration":              {world: namespace + pods},
		"no proxy":                      {world: namespace + alone + configMap("istio-system", "istio", silent)},
		"a revision logs, one does not": {world: namespace + pods + configMap("istio-system", "istio", silent) + configMap("istio-system", "istio-canary", logs)},
	} {
		s := fromManifests(t, tt.world)
		got := mesh.SilentProxies(s, "shop")
		if (got != nil) != (tt.why != "") {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		if got != nil && (!strings.HasPrefix(got.Why, tt.why) || got.All != tt.all || got.Proxy.Name != "a") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
