package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

const stockConfig = `
    policy: enabled
    templates: {sidecar: "{{ sidecar.istio.io/proxyCPU }} {{ .Values.global.proxy.resources }}", gateway: x}`

// imageWorld is an installation with these values, whose MeshConfig asks for a
// type of image.
func imageWorld(config, global, kind, annotations, containers string) string {
	return charts("default") + fmt.Sprintf(`---
apiVersion: v1
kind: ConfigMap
metadata: {namespace: istio-system, name: istio-sidecar-injector}
data:
  config: |%s
  values: '{"global": {%s}}'
`, config, global) + meshWith("{image: {imageType: "+kind+"}}") +
		"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n" +
		deployment(annotations, "app: cart", containers)
}

func imagesIn(t *testing.T, text string) (mesh.ProxyImages, bool) {
	t.Helper()
	s := fromManifests(t, text)
	w, ok := kinds.ResolveWorkload(s, inventory.Ref{Kind: "Deployment.apps", Namespace: "shop", Name: "cart"})
	if !ok {
		t.Fatal("no workload")
	}
	template := mesh.OfWorkload(w)
	d := mesh.Decide(s, kinds.Namespaces.Get(s, "", "shop"), &template)
	if d.Injector == nil {
		t.Fatalf("no injector: %+v", d)
	}
	return d.Injector.Images(s, &template)
}

// TestImages: as istiod names the images of hub, tag, image and type.
func TestImages(t *testing.T) {
	const typed = "sidecar.istio.io/proxyImageType: "
	for _, tt := range []struct {
		global, kind, annotations string
		proxy, init               string
	}{
		{`"hub": "example/istio", "tag": "1.31.0"`, "''", "", "example/istio/proxyv2:1.31.0", "example/istio/proxyv2:1.31.0"},
		{`"hub": "example", "tag": 11`, "''", "", "example/proxyv2:11", "example/proxyv2:11"},
		{`"hub": "example", "tag": "1.31"`, "distroless", "", "example/proxyv2:1.31-distroless", "example/proxyv2:1.31"},
		{`"hub": "example", "tag": "1.31"`, "distroless", typed + "debug", "example/proxyv2:1.31-debug", "example/proxyv2:1.31-debug"},
		{`"hub": "example", "tag": "1.31"`, "distroless", typed + "default", "example/proxyv2:1.31", "example/proxyv2:1.31"},
		{
			`"hub": "example", "tag": "1.31-asm.2-debug"`, "distroless", "",
			"example/proxyv2:1.31-asm.2-distroless", "example/proxyv2:1.31-asm.2-debug",
		},
		{
			`"hub": "example", "tag": "1.31-odd", "variant": "distroless"`, "''", "",
			"example/proxyv2:1.31-odd-distroless", "example/proxyv2:1.31-odd-distroless",
		},
		{
			`"hub": "example", "tag": "1.31-debug", "variant": "distroless"`, "default", "",
			"example/proxyv2:1.31", "example/proxyv2:1.31-distroless",
		},
		{
			`"hub": "h", "tag": "1", "proxy": {"image": "mine/proxy:7"}, "proxy_init": {"image": "init"}`, "distroless", typed + "debug",
			"mine/proxy:7", "h/init:1-debug",
		},
	} {
		got, known := imagesIn(t, imageWorld(stockConfig, tt.global, tt.kind, tt.annotations, "{name: app}"))
		if want := (mesh.ProxyImages{Proxy: tt.proxy, Init: tt.init}); !known || got != want {
			t.Errorf("%+v: %t %+v", tt, known, got)
		}
	}
}

// TestImagesUnknown: where anybody else has a say, nothing is said.
func TestImagesUnknown(t *testing.T) {
	const global = `"hub": "example", "tag": "1.31.0"`
	for name, text := range map[string]string{
		"image of the Pod":     imageWorld(stockConfig, global, "''", "sidecar.istio.io/proxyImage: example/proxy:1", "{name: app}"),
		"templates of the Pod": imageWorld(stockConfig, global, "''", "inject.istio.io/templates: 'sidecar, mine'", "{name: app}"),
		"container of the Pod": imageWorld(stockConfig, global, "''", "", "{name: app}, {name: istio-proxy, image: example/proxy}"),
		"templates of others":  imageWorld("\n    policy: enabled\n    templates: {sidecar: mine}", global, "''", "", "{name: app}"),
		"default templates":    imageWorld(stockConfig+"\n    defaultTemplates: [mine]", global, "''", "", "{name: app}"),
		"no ConfigMap": strings.Replace(imageWorld(stockConfig, global, "''", "", "{name: app}"),
			"name: istio-sidecar-injector}", "name: istio-sidecar-injector-other}", 1),
	} {
		if got, known := imagesIn(t, text); known {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got, known := imagesIn(t, imageWorld(stockConfig, global, "''", "inject.istio.io/templates: 'gateway'",
		"{name: istio-proxy, image: auto}")); !known || got.Proxy != "example/proxyv2:1.31.0" {
		t.Errorf("a gateway: %+v", got)
	}
}

// TestImageVersions: two images differ only if that is certain.
func TestImageVersions(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"istio/proxyv2:1.31.0", "mirror/team/proxy:1.31.0", false},
		{"istio/proxyv2:1.31.0", "istio/proxyv2:1.30.0", true},
		{"istio/proxyv2:1.31.0", "istio/proxyv2:1.31.0-distroless", true},
		{"localhost:5000/proxyv2:1.31.0", "localhost:6000/proxyv2:1.31.0", false},
		{"localhost:5000/proxyv2", "localhost:6000/proxyv2:1", false},
		{"istio/proxyv2:latest", "istio/proxyv2:1.30.0", false},
		{"istio/proxyv2", "istio/proxyv2:1.30.0", false},
		{"istio/proxyv2@sha256:a", "istio/proxyv2:1.30.0", false},
		{"istio/proxyv2:1.30.0@sha256:a", "istio/proxyv2:1.31.0@sha256:a", false},
		{"istio/proxyv2:1.30.0@sha256:a", "istio/proxyv2:1.30.0@sha256:b", true},
		{"istio/proxyv2:1.30.0@sha256:a", "istio/proxyv2:1.31.0", true},
		{"", "", false},
	} {
		a, b := mesh.VersionOf(tt.a), mesh.VersionOf(tt.b)
		if a.Differs(b) != tt.want || b.Differs(a) != tt.want {
			t.Errorf("%s and %s: %t", tt.a, tt.b, a.Differs(b))
		}
	}
	for image, want := range map[string]string{"a:1@sha256:x": "1", "a@sha256:x": "sha256:x", "a": ""} {
		if got := mesh.VersionOf(image).String(); got != want {
			t.Errorf("%s: %s", image, got)
		}
	}
}
