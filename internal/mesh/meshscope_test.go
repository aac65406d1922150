package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

const (
	sidecarShop = `---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
`
	ambientBank = `---
{apiVersion: v1, kind: Namespace, metadata: {name: bank, labels: {istio.io/dataplane-mode: ambient}}}
`
)

// meshEntries is the MeshConfig with these entries.
func meshEntries(entries string) string {
	return "---\n{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: istio}, data: {mesh: '{" + entries + "}'}}\n"
}

func sidecarManifest(namespace, spec string) string {
	return "---\n{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {namespace: " + namespace + ", name: default}, spec: {" + spec + "}}\n"
}

func TestWideNamespace(t *testing.T) {
	const own, some = `egress: [{hosts: ["./*", "istio-system/*"]}]`, `workloadSelector: {labels: {app: cart}}, `
	for _, tt := range []struct{ name, config, world, want string }{
		{"sidecars without scope", "", sidecarShop, "shop"},
		{"no sidecars", "", ambientBank, ""},
		{"a Sidecar of its own", "", sidecarShop + sidecarManifest("shop", own), ""},
		{"one for some workloads, which may be all", "", sidecarShop + sidecarManifest("shop", some+own), ""},
		{"one that imports all", "", sidecarShop + sidecarManifest("shop", `egress: [{hosts: ["./*", "*/*"]}]`), "shop"},
		{"one that imports a host of any namespace", "", sidecarShop + sidecarManifest("shop", `egress: [{hosts: ["*/api.example.com"]}]`), ""},
		{"one without egress", "", sidecarShop + sidecarManifest("shop", "ingress: []"), "shop"},
		{"one of the root namespace", "", sidecarShop + sidecarManifest("istio-system", own), ""},
		{"one of another root namespace", "rootNamespace: mesh", sidecarShop + sidecarManifest("mesh", own), ""},
		{"one for workloads of the root namespace", "", sidecarShop + sidecarManifest("istio-system", some+own), "shop"},
		{"one of a third namespace", "", sidecarShop + sidecarManifest("bank", own), "shop"},
		{"discoverySelectors", "discoverySelectors: [{matchLabels: {mesh: in}}]", sidecarShop, ""},
		{"Services that stay at home", `defaultServiceExportTo: ["."]`, sidecarShop, ""},
		{"Services for all, in words", `defaultServiceExportTo: ["*"]`, sidecarShop, "shop"},
	} {
		store := fromManifests(t, meshEntries(tt.config)+tt.world)
		if got := mesh.MeshConfig(store).WideNamespace(store); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSharedServices(t *testing.T) {
	const service = "---\n{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: %, annotations: {networking.istio.io/exportTo: '%'}}}\n"
	var world strings.Builder
	for name, exportTo := range map[string]string{"a": "*", "b": "", "c": ".", "d": "~", "e": "bank, *", "f": "bank"} {
		world.WriteString(strings.Replace(strings.Replace(service, "%", name, 1), "%", exportTo, 1))
	}
	if n := mesh.SharedServices(fromManifests(t, world.String())); n != 3 {
		t.Errorf("%d Services are for all, want a, b and e", n)
	}
}

func TestInjectorOfTheSameRevision(t *testing.T) {
	store := fromManifests(t, injectorMap(someResources)+`---
{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: istio-canary}, data: {mesh: ""}}
`+meshEntries(""))
	for _, c := range mesh.MeshConfigs(store) {
		got := c.Injector(store)
		if want := c.Source.Name == "istio"; (got != nil) != want {
			t.Errorf("%s: %v", c.Source.Name, got)
		}
	}
	if (mesh.Config{}).Injector(store) != nil {
		t.Error("an injector of no mesh")
	}
}
