package mesh_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"
	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func proxyConfig(namespace, name, created, rest string) string {
	return fmt.Sprintf(`---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {namespace: %s, name: %s, creationTimestamp: "2026-01-0%sT00:00:00Z"%s
`, namespace, name, created, rest)
}

func meshWith(defaults string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: ConfigMap
metadata: {namespace: istio-system, name: istio}
data: {mesh: "defaultConfig: %s"}
`, defaults)
}

// TestConcurrency: each level wins over those before it, in a world that grows.
func TestConcurrency(t *testing.T) {
	const selects = "selector: {matchLabels: {app: cart}}, "
	world := ""
	for _, tt := range []struct {
		name, more, annotation string
		set                    bool
		want                   int32
		by                     string
	}{
		{"nothing", "", "", false, 0, ""},
		{"the mesh's", meshWith("{concurrency: 1}"), "", true, 1, "defaultConfig of ConfigMap istio-system/istio"},
		{"the root namespace's", proxyConfig("istio-system", "root", "1", "}\nspec: {concurrency: 2}"), "", true, 2, "ProxyConfig istio-system/root"},
		{"a younger one there", proxyConfig("istio-system", "later", "2", "}\nspec: {concurrency: 9}"), "", true, 2, "ProxyConfig istio-system/root"},
		{
			"the root namespace's selector is its own matter",
			proxyConfig("istio-system", "some", "1", "}\nspec: {"+selects+"concurrency: 9}"), "", true, 2, "ProxyConfig istio-system/root",
		},
		{
			"a selector without labels is for nobody",
			proxyConfig("shop", "empty", "1", "}\nspec: {selector: {}, concurrency: 9}"), "", true, 2, "ProxyConfig istio-system/root",
		},
		{"the namespace's", proxyConfig("shop", "all", "3", "}\nspec: {concurrency: 3}"), "", true, 3, "ProxyConfig shop/all"},
		{"an older one there", proxyConfig("shop", "older", "2", "}\nspec: {concurrency: 4}"), "", true, 4, "ProxyConfig shop/older"},
		{"the annotation", "", "concurrency: 5", true, 5, "annotation proxy.istio.io/config"},
		{"an annotation that does not parse", "", "concurrency: many", true, 4, "ProxyConfig shop/older"},
		{"an annotation about something else", "", "drainDuration: 1s", true, 4, "ProxyConfig shop/older"},
		{
			"the workload's", proxyConfig("shop", "cart", "5", "}\nspec: {"+selects+"concurrency: 0}"), "concurrency: 5",
			true, 0, "ProxyConfig shop/cart",
		},
		{
			"one that is being deleted",
			proxyConfig("shop", "going", "1", ", deletionTimestamp: \"2026-02-01T00:00:00Z\"}\nspec: {"+selects+"concurrency: 9}"), "",
			true, 0, "ProxyConfig shop/cart",
		},
	} {
		world += tt.more
		template := mesh.Template{
			Ref: kinds.Pods.Ref("shop", "cart"), Labels: map[string]string{"app": "cart"}, Spec: &kinds.PodSpec{},
		}
		if tt.annotation != "" {
			template.Annotations = map[string]string{"proxy.istio.io/config": tt.annotation}
		}
		n, set, by := mesh.Concurrency(fromManifests(t, world), &template)
		if set != tt.set || n != tt.want || by.Text != tt.by {
			t.Errorf("%s: %d %t by %q", tt.name, n, set, by.Text)
		}
	}
}

// Fields come from where they are given; environment variables are gathered.
func TestProxyConfigOf(t *testing.T) {
	store := fromManifests(t, meshWith("{drainDuration: 30s, terminationDrainDuration: 7s, proxyMetadata: {A: mesh, B: mesh}, holdApplicationUntilProxyStarts: true}")+
		proxyConfig("shop", "all", "1", "}\nspec: {image: {imageType: distroless}, environmentVariables: {B: namespace, C: namespace}}"))
	template := mesh.Template{
		Ref: kinds.Pods.Ref("shop", "cart"), Spec: &kinds.PodSpec{},
		Annotations: map[string]string{"proxy.istio.io/config": "{holdApplicationUntilProxyStarts: false, interceptionMode: TPROXY, proxyMetadata: {C: pod}}"},
	}
	got := mesh.ProxyConfigOf(store, &template)
	want, err := kinds.ParseProxyConfig(`
drainDuration: 30s
terminationDrainDuration: 7s
holdApplicationUntilProxyStarts: false
interceptionMode: TPROXY
image: {imageType: distroless}
proxyMetadata: {A: mesh, B: namespace, C: pod}`)
	if err != nil || !proto.Equal(got, want) {
		t.Errorf("%v, want %v, %v", got, want, err)
	}
	again, _ := kinds.ParseProxyConfig("{drainDuration: 30s}")
	mesh.ProxyConfigOf(store, &template)
	if d := mesh.MeshConfig(store).GetDefaultConfig(); d.GetProxyMetadata()["B"] != "mesh" || d.GetDrainDuration().AsDuration() != again.GetDrainDuration().AsDuration() {
		t.Errorf("the MeshConfig was changed: %v", d)
	}
	if !proto.Equal(mesh.ProxyConfigOf(withObjects(), &mesh.Template{Spec: &kinds.PodSpec{}}), &meshconfig.ProxyConfig{}) {
		t.Error("where nothing is told, something is")
	}
}

// A ProxyConfig for another revision is none of a proxy's.
func TestProxyConfigOfRevision(t *testing.T) {
	const canary = ", labels: {istio.io/rev: canary}}\nspec: {concurrency: 9}"
	world := charts("default") + proxyConfig("shop", "a", "1", canary) + proxyConfig("shop", "b", "2", "}\nspec: {concurrency: 2}") + `---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/rev: default}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: other, labels: {istio.io/rev: x}}, data: {a: b}}
`
	template := mesh.Template{Ref: kinds.Pods.Ref("shop", "cart"), Spec: &kinds.PodSpec{}}
	if n, _, by := mesh.Concurrency(fromManifests(t, world), &template); n != 2 {
		t.Errorf("%d by %s", n, by.Text)
	}
}
