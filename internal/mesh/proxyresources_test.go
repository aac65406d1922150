package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// injectorMap is the ConfigMap of the chart's injector, with these values of
// global.proxy.resources.
func injectorMap(resources string) string {
	return injectorMapWith("{{ .ObjectMeta.Annotations `sidecar.istio.io/proxyCPU` }} {{ .Values.global.proxy.resources }}", resources)
}

func injectorMapWith(template, resources string) string {
	return fmt.Sprintf(`---
apiVersion: v1
kind: ConfigMap
metadata: {namespace: istio-system, name: istio-sidecar-injector, labels: {istio.io/rev: default}}
data:
  config: |
    policy: enabled
    defaultTemplates: [sidecar]
    neverInjectSelector: []
    templates: {sidecar: "%s", gateway: "x"}
  values: |
    {"global": {"proxy": {"resources": %s}}}
`, template, resources)
}

const (
	someResources = `{"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}`
	caps          = `---
apiVersion: v1
kind: LimitRange
metadata: {namespace: shop, name: caps}
spec: {limits: [{type: Pod, max: {cpu: "9"}}, {type: Container, %s}]}
`
)

// deployment is one of namespace shop whose Pod template has these annotations
// and labels, and whose containers are these.
func deployment(annotations, labels, containers string) string {
	return fmt.Sprintf(`---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: shop, name: cart}
spec: {template: {metadata: {annotations: {%s}, labels: {%s}}, spec: {containers: [%s]}}}
`, annotations, labels, containers)
}

func amountsText(a mesh.ProxyAmounts) string {
	var parts []string
	for _, one := range a {
		text := "-"
		if one.Given {
			text = one.Quantity.String() + " " + one.Source
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// TestWouldGet: annotations before values, the Pod template's own container
// before both, then the limit, then LimitRanges. In the order cpu request,
// memory request, cpu limit, memory limit.
func TestWouldGet(t *testing.T) {
	const (
		app, own    = "{name: app}", "{name: app}, {name: istio-proxy, image: auto, resources: {%s}}"
		values      = "global.proxy.resources of ConfigMap istio-system/istio-sidecar-injector"
		cpu, memory = "sidecar.istio.io/proxyCPU: %s", "sidecar.istio.io/proxyMemoryLimit: %s"
		brought     = "container istio-proxy of the Pod template"
		ofCaps      = "LimitRange shop/caps"
	)
	all := charts("default")
	for _, tt := range []struct {
		name, world, workload string
		known                 mesh.Answer
		want                  string
	}{
		{
			"the installation's", all + injectorMap(someResources), deployment("", "", app), mesh.Yes,
			"100m " + values + "; 128Mi " + values + "; 2 " + values + "; 1Gi " + values,
		},
		{
			"one annotation drops them", all + injectorMap(someResources), deployment(fmt.Sprintf(cpu, "250m"), "", app), mesh.Yes,
			"250m annotation sidecar.istio.io/proxyCPU; -; -; -",
		},
		{
			"a limit becomes the request", all + injectorMap(someResources), deployment(fmt.Sprintf(memory, "1Gi"), "", app), mesh.Yes,
			"-; 1Gi annotation sidecar.istio.io/proxyMemoryLimit; -; 1Gi annotation sidecar.istio.io/proxyMemoryLimit",
		},
		{
			"its own container, key by key", all + injectorMap(someResources),
			deployment("", "", fmt.Sprintf(own, "requests: {cpu: 300m}")), mesh.Yes,
			"300m " + brought + "; 128Mi " + values + "; 2 " + values + "; 1Gi " + values,
		},
		{
			"its own limit is its request, too", all + injectorMap(someResources),
			deployment("", "", fmt.Sprintf(own, "limits: {cpu: 300m}")), mesh.Yes,
			"300m " + brought + "; 128Mi " + values + "; 300m " + brought + "; 1Gi " + values,
		},
		{
			"values without limits, in a range", all + injectorMap(`{"requests": {"cpu": "100m"}, "limits": null}`) +
				fmt.Sprintf(caps, "default: {cpu: 500m, memory: 256Mi}, defaultRequest: {cpu: 50m, memory: 64Mi}"),
			deployment("", "", app), mesh.Yes,
			"100m " + values + "; 64Mi " + ofCaps + "; 500m " + ofCaps + "; 256Mi " + ofCaps,
		},
		{
			"a range's default is the request, too", all + injectorMap(`{}`) + fmt.Sprintf(caps, "default: {cpu: 500m}"),
			deployment("", "", app), mesh.Yes, "500m " + ofCaps + "; -; 500m " + ofCaps + "; -",
		},
		{
			"a range's bounds", all + injectorMap(`{}`) + fmt.Sprintf(caps, "max: {cpu: 500m}, min: {memory: 32Mi}"),
			deployment("", "", app), mesh.Yes, "500m " + ofCaps + "; 32Mi " + ofCaps + "; 500m " + ofCaps + "; -",
		},
		{
			"a range before the values, on its own container", all + injectorMap(someResources) +
				fmt.Sprintf(caps, "default: {memory: 256Mi}, defaultRequest: {memory: 64Mi}"),
			deployment("", "", fmt.Sprintf(own, "")), mesh.Yes,
			"100m " + values + "; 64Mi " + ofCaps + "; 2 " + values + "; 256Mi " + ofCaps,
		},
		{"no amount", all + injectorMap(someResources), deployment(fmt.Sprintf(cpu, "many"), "", app), mesh.Maybe, "-; -; -; -"},
		{"blanks", all + injectorMap(someResources), deployment(fmt.Sprintf(cpu, `" 1 "`), "", app), mesh.Maybe, "-; -; -; -"},
		{"an empty amount", all + injectorMap(someResources), deployment(fmt.Sprintf(cpu, `""`), "", app), mesh.Maybe, "-; -; -; -"},
		{"no configuration", all, deployment("", "", app), mesh.Maybe, "-; -; -; -"},
		{"another template", all + injectorMapWith("x", someResources), deployment("", "", app), mesh.Maybe, "-; -; -; -"},
		{
			"a template of one's own", all + injectorMap(someResources),
			deployment("inject.istio.io/templates: 'sidecar,mine'", "", app), mesh.Maybe, "-; -; -; -",
		},
		{
			"a gateway of the chart", all + injectorMap(someResources),
			deployment("inject.istio.io/templates: gateway", "sidecar.istio.io/inject: 'true'", "{name: istio-proxy, image: auto, resources: {requests: {cpu: 1}}}"),
			mesh.Yes, "1 " + brought + "; -; -; -",
		},
		{
			"a gateway takes no annotation", all + injectorMap(someResources),
			deployment("inject.istio.io/templates: gateway, "+fmt.Sprintf(cpu, "7"), "", "{name: istio-proxy, image: auto}"),
			mesh.Yes, "-; -; -; -",
		},
		{"declined", all + injectorMap(someResources), deployment("", "sidecar.istio.io/inject: 'false'", app), mesh.No, "-; -; -; -"},
		{
			"declined, with a proxy of its own", all + injectorMap(someResources),
			deployment("", "sidecar.istio.io/inject: 'false'", fmt.Sprintf(own, "limits: {memory: 1Gi}")), mesh.Yes,
			"-; 1Gi " + brought + "; -; 1Gi " + brought,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := fromManifests(t, tt.world+tt.workload+"---\n"+
				"{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/rev: default}}}\n")
			w, _ := kinds.ResolveWorkload(store, kinds.Deployments.Ref("shop", "cart"))
			got, known := mesh.WouldGet(store, w)
			if known != tt.known || amountsText(got) != tt.want {
				t.Errorf("%d: %s, want %d: %s", known, amountsText(got), tt.known, tt.want)
			}
		})
	}
}

// What runs counts, where it is the same in all Pods.
func TestEffectiveProxy(t *testing.T) {
	const pod = `---
apiVersion: v1
kind: Pod
metadata:
  {namespace: shop, name: cart-%d, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, controller: true}]}
spec: {containers: [{name: app}], initContainers: [{name: istio-proxy, restartPolicy: Always, resources: {requests: {cpu: %s}}}]}
status: {phase: Running}
`
	world := charts("default") + injectorMap(someResources) + deployment("", "", "{name: app}") +
		"---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/rev: default}}}\n"
	for _, tt := range []struct {
		pods  []string
		known mesh.Answer
		want  string
	}{
		{nil, mesh.Yes, "100m global.proxy.resources"},
		{[]string{"10m"}, mesh.Yes, "10m its Pods; -; -; -"},
		{[]string{"1000m", "1"}, mesh.Yes, "1 its Pods; -; -; -"},
		{[]string{"10m", "20m"}, mesh.Maybe, "-; -; -; -"},
	} {
		text := world
		for n, cpu := range tt.pods {
			text += fmt.Sprintf(pod, n, cpu)
		}
		store := fromManifests(t, text)
		w, _ := kinds.ResolveWorkload(store, kinds.Deployments.Ref("shop", "cart"))
		got, known := mesh.EffectiveProxy(store, w)
		if known != tt.known || !strings.HasPrefix(amountsText(got), tt.want) {
			t.Errorf("%v: %d: %s", tt.pods, known, amountsText(got))
		}
	}
}

// A proxy that is no sidecar is known without webhooks and ConfigMaps, so that
// files without them are judged.
func TestWouldGetReadsNoInstallation(t *testing.T) {
	for _, labels := range []string{"gateway.networking.k8s.io/gateway-name: cart", "sidecar.istio.io/inject: 'false'"} {
		store := fromManifests(t, deployment("", labels, "{name: istio-proxy, resources: {limits: {cpu: 2}}}")+
			"---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n")
		w, _ := kinds.ResolveWorkload(store, kinds.Deployments.Ref("shop", "cart"))
		reads := &readKinds{Reader: store}
		if _, known := mesh.WouldGet(reads, w); known != mesh.Yes || reads.seen[kinds.MutatingWebhooks.Name] || reads.seen[kinds.ConfigMaps.Name] {
			t.Errorf("%s: %d, read %v", labels, known, reads.seen)
		}
	}
}

// readKinds remembers which kinds were read.
type readKinds struct {
	inventory.Reader
	seen map[inventory.Kind]bool
}

func (r *readKinds) Read(b inventory.Bucket) []*inventory.Object {
	if r.seen == nil {
		r.seen = map[inventory.Kind]bool{}
	}
	r.seen[b.Index.Kind] = true
	return r.Reader.Read(b)
}
