package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestLostDefaults: one of the four annotations drops what the installation
// gives to those left out, unless something else gives it; without certainty
// about the installation, nothing is lost.
func TestLostDefaults(t *testing.T) {
	const (
		app       = "{name: app}"
		cpu       = "sidecar.istio.io/proxyCPU: 100m"
		memoryMax = "sidecar.istio.io/proxyMemoryLimit: 1Gi"
		own       = "{name: app}, {name: istio-proxy, image: auto, resources: {limits: {memory: 2Gi}}}"
	)
	installed := charts("default") + injectorMap(someResources)
	for name, tt := range map[string]struct{ world, annotations, containers, want string }{
		"no annotation":             {installed, "", app, "-; -; -; -"},
		"one":                       {installed, cpu, app, "-; 128Mi; 2; 1Gi"},
		"a limit is a request, too": {installed, memoryMax, app, "100m; -; 2; -"},
		"two":                       {installed, cpu + ", " + memoryMax, app, "-; -; 2; -"},
		"its own container gives":   {installed, cpu, own, "-; -; 2; -"},
		"a LimitRange gives": {
			installed + fmt.Sprintf(caps, "default: {memory: 256Mi}"), cpu, app, "-; -; 2; -",
		},
		"no default, no loss":     {charts("default") + injectorMap(`{"requests": {"cpu": "1"}}`), cpu, app, "-; -; -; -"},
		"no amount":               {installed, "sidecar.istio.io/proxyCPU: many", app, "-; -; -; -"},
		"an unknown template":     {charts("default") + injectorMapWith("x", someResources), cpu, app, "-; -; -; -"},
		"an unknown installation": {charts("default"), cpu, app, "-; -; -; -"},
		"no injector":             {injectorMap(someResources), cpu, app, "-; -; -; -"},
	} {
		s := fromManifests(t, tt.world+deployment(tt.annotations, "", tt.containers)+"---\n"+
			"{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/rev: default}}}\n")
		w, _ := kinds.ResolveWorkload(s, kinds.Deployments.Ref("shop", "cart"))
		var got []string
		for _, a := range mesh.LostDefaults(s, w) {
			if text := "-"; !a.Given {
				got = append(got, text)
			} else {
				got = append(got, a.Quantity.String())
			}
		}
		if text := strings.Join(got, "; "); text != tt.want {
			t.Errorf("%s: got %s, want %s", name, text, tt.want)
		}
	}
}

// TestAnnotatable: annotations about the proxy matter where there is one, or
// may be one soon.
func TestAnnotatable(t *testing.T) {
	const pod = `---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, labels: {%s}, annotations: {%s}}, spec: {hostNetwork: %t, containers: [{name: app}%s]}, status: {phase: %s}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {%s}}}
`
	const enrolled, outside = "istio.io/rev: default", "team: a"
	for name, tt := range map[string]struct {
		labels, annotations string
		host                bool
		more, phase, of     string
		want                bool
	}{
		"a live sidecar":                   {more: ", {name: istio-proxy}", phase: "Running", of: outside, want: true},
		"a live Pod without":               {phase: "Running", of: enrolled},
		"it has ended, new ones get it":    {phase: "Succeeded", of: enrolled, want: true},
		"new ones do not":                  {phase: "Succeeded", of: outside},
		"new ones decline":                 {labels: `sidecar.istio.io/inject: "false"`, phase: "Succeeded", of: enrolled},
		"in the host's network":            {host: true, phase: "Succeeded", of: enrolled},
		"a gateway's template passes over": {annotations: "inject.istio.io/templates: gateway", more: ", {name: istio-proxy, image: auto}", phase: "Succeeded", of: enrolled},
		"a namespace of files":             {phase: "Succeeded", want: true},
	} {
		s := fromManifests(t, charts("default")+fmt.Sprintf(pod, tt.labels, tt.annotations, tt.host, tt.more, tt.phase, tt.of))
		w, ok := kinds.ResolveWorkload(s, kinds.Pods.Ref("shop", "cart"))
		if !ok {
			t.Fatal(name)
		}
		if got := mesh.Annotatable(s, w); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
