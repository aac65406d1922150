package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

const loggingWorld = `
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - {name: cart, image: example/cart}
  - {name: istio-proxy, image: "istio/proxyv2:1.31.0", args: [proxy, sidecar]}
---
apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: shop, labels: {app: edge}}
spec:
  containers:
  - {name: istio-proxy, image: "istio/proxyv2:1.31.0", args: [proxy, router]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    MESH
`

func telemetryOf(namespace, name, rest string) string {
	return "---\napiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: " + name + ", namespace: " + namespace +
		"}\nspec: " + rest + "\n"
}

func TestAccessLogging(t *testing.T) {
	const (
		file   = "accessLogFile: /dev/stdout"
		als    = "extensionProviders: [{name: als, envoyOtelAls: {service: otel.example, port: 4317}}, {name: traces, zipkin: {service: z.example, port: 9411}}]"
		envoy  = "{accessLogging: [{providers: [{name: envoy}]}]}"
		off    = "{accessLogging: [{disabled: true}]}"
		root   = "istio-system"
		server = "{accessLogging: [{match: {mode: SERVER}, providers: [{name: envoy}]}]}"
	)
	for name, test := range map[string]struct {
		mesh          string
		telemetries   string
		sidecar, edge bool
	}{
		"nothing":                        {"{}", "", false, false},
		"legacy file":                    {file, "", true, true},
		"legacy service":                 {"enableEnvoyAccessLogService: true", "", true, true},
		"default provider":               {"defaultProviders: {accessLogging: [envoy]}", "", true, true},
		"unknown default provider":       {"defaultProviders: {accessLogging: [nobody]}", "", false, false},
		"unknown default, legacy file":   {"{accessLogFile: /dev/stdout, defaultProviders: {accessLogging: [nobody]}}", "", true, true},
		"mesh-wide":                      {"{}", telemetryOf(root, "a", envoy), true, true},
		"any case of letters":            {"{}", telemetryOf(root, "a", strings.Replace(envoy, "envoy", "Envoy", 1)), true, true},
		"own provider":                   {als, telemetryOf(root, "a", strings.Replace(envoy, "envoy", "als", 1)), true, true},
		"provider that cannot log":       {als, telemetryOf(root, "a", strings.Replace(envoy, "envoy", "traces", 1)), false, false},
		"stackdriver":                    {"{}", telemetryOf(root, "a", strings.Replace(envoy, "envoy", "stackdriver", 1)), true, true},
		"unknown provider":               {"{}", telemetryOf(root, "a", strings.Replace(envoy, "envoy", "nobody", 1)), false, false},
		"unknown provider, legacy file":  {file, telemetryOf(root, "a", strings.Replace(envoy, "envoy", "nobody", 1)), true, true},
		"switched off":                   {"{}", telemetryOf(root, "a", envoy) + telemetryOf("shop", "b", off), false, false},
		"off without provider and file":  {file, telemetryOf("shop", "b", off), true, true},
		"off by name, legacy file":       {file, telemetryOf("shop", "b", "{accessLogging: [{disabled: true, providers: [{name: envoy}]}]}"), false, false},
		"other provider below":           {als, telemetryOf(root, "a", envoy) + telemetryOf("shop", "b", "{accessLogging: [{disabled: true, providers: [{name: envoy}]}, {providers: [{name: als}]}]}"), true, true},
		"servers alone":                  {"{}", telemetryOf(root, "a", server), true, false},
		"off for one workload":           {"{}", telemetryOf(root, "a", envoy) + telemetryOf("shop", "b", "{selector: {matchLabels: {app: cart}}, accessLogging: [{disabled: true}]}"), false, true},
		"on again for one workload":      {"{}", telemetryOf(root, "a", envoy) + telemetryOf("shop", "b", off) + telemetryOf("shop", "c", "{selector: {matchLabels: {app: cart}}, accessLogging: [{disabled: false}]}"), true, false},
		"traces say nothing about logs":  {"{}", telemetryOf(root, "a", envoy) + telemetryOf("shop", "b", "{tracing: [{randomSamplingPercentage: 1}]}"), true, true},
		"second one of the namespace":    {"{}", telemetryOf("shop", "a", "{tracing: [{randomSamplingPercentage: 1}]}") + telemetryOf("shop", "b", envoy), false, false},
		"of another namespace":           {"{}", telemetryOf("books", "b", envoy), false, false},
		"for a Gateway of its own":       {"{}", telemetryOf("shop", "b", "{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: x}], accessLogging: [{providers: [{name: envoy}]}]}"), false, false},
		"selector in the root namespace": {"{}", telemetryOf(root, "a", "{selector: {matchLabels: {app: cart}}, accessLogging: [{providers: [{name: envoy}]}]}"), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := fromManifests(t, strings.Replace(loggingWorld, "MESH", test.mesh, 1)+test.telemetries)
			for pod, want := range map[string]bool{"cart": test.sidecar, "edge": test.edge} {
				if got := mesh.AccessLogging(s, mesh.MeshConfig(s), templateOf(t, s, "Pod", "shop", pod)); got != want {
					t.Errorf("%s: got %t, want %t", pod, got, want)
				}
			}
		})
	}
}

// The oldest counts, whatever its name.
func TestTelemetriesByAge(t *testing.T) {
	s := fromManifests(t, strings.Replace(loggingWorld, "MESH", "{}", 1)+
		telemetryOf("shop", `a, creationTimestamp: "2026-02-01T00:00:00Z"`, "{accessLogging: [{providers: [{name: envoy}]}]}")+
		telemetryOf("shop", `b, creationTimestamp: "2026-01-01T00:00:00Z"`, "{}"))
	if list := mesh.Telemetries(s, "istio-system", templateOf(t, s, "Pod", "shop", "cart")); len(list) != 1 || list[0].Name != "b" {
		t.Errorf("in effect are %v", list)
	}
}
