package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

const meshedNamespace = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig: {service: {name: istiod, namespace: istio-system}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
---
`

// TestMeshed: what runs counts before what would be, and what makes no Pods any
// more has no sidecar.
func TestMeshed(t *testing.T) {
	const (
		plain   = "{containers: [{name: app, image: app}]}"
		brought = "{containers: [{name: app, image: app}, {name: istio-proxy, image: proxyv2, args: [proxy, sidecar]}]}"
		waiting = "{containers: [{name: app, image: app}, {name: istio-proxy, image: auto}]}"
		gateway = "{containers: [{name: istio-proxy, image: auto}]}"
		host    = "{hostNetwork: true, containers: [{name: app, image: app}]}"
	)
	pod := func(spec, rest string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: " + spec + "\n" + rest
	}
	job := func(spec, rest string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: shop}\nspec: {template: {spec: " + spec +
			"}}\n" + rest
	}
	for name, tt := range map[string]struct {
		manifest string
		want     mesh.Answer
	}{
		"runs with one":              {pod(brought, "status: {phase: Running}"), mesh.Yes},
		"runs without":               {pod(plain, "status: {phase: Running}"), mesh.No},
		"not yet":                    {pod(plain, ""), mesh.Yes},
		"ended":                      {pod(brought, "status: {phase: Succeeded}"), mesh.No},
		"a Job":                      {job(plain, ""), mesh.Yes},
		"a Job that ended":           {job(plain, "status: {conditions: [{type: Complete, status: 'True'}]}"), mesh.No},
		"injected by hand":           {job(brought, ""), mesh.Yes},
		"with settings of its own":   {job(waiting, ""), mesh.Yes},
		"a gateway":                  {job(gateway, ""), mesh.No},
		"in the network of its host": {job(host, ""), mesh.No},
	} {
		s := fromManifests(t, meshedNamespace+tt.manifest)
		for _, kind := range []inventory.Kind{kinds.Pods.Name, kinds.Jobs.Name} {
			w, ok := kinds.ResolveWorkload(s, inventory.Ref{Kind: kind, Namespace: "shop", Name: "a"})
			if ok && mesh.Meshed(s, w) != tt.want {
				t.Errorf("%s: %v", name, mesh.Meshed(s, w))
			}
		}
	}
}

// TestNotNative: the reason is what decided.
func TestNotNative(t *testing.T) {
	istiod := func(tag, env string) string {
		return meshedNamespace + `
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "istio/pilot:` + tag + `", env: [` + env + `]}]}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {nodeInfo: {kubeletVersion: v1.32.4}}
`
	}
	for _, tt := range []struct{ tag, env, annotation, want string }{
		{"1.31.0", "", "", "a node has kubelet 1.32, and all must have 1.33"},
		{"1.26.3", "", "", "Istio 1.26 of Deployment istio-system/istiod"},
		{"1.31.0", "{name: ENABLE_NATIVE_SIDECARS, value: 'false'}", "", "ENABLE_NATIVE_SIDECARS=false of Deployment istio-system/istiod"},
		{"1.31.0", "{name: ENABLE_NATIVE_SIDECARS, value: auto}", "", "a node has kubelet 1.32, and all must have 1.33"},
		{"1.26.3", "", "false", "annotation sidecar.istio.io/nativeSidecar=false of the Pods"},
	} {
		s := fromManifests(t, istiod(tt.tag, tt.env))
		ns, pod := kinds.Namespaces.Get(s, "", "shop"), mesh.SilentPod()
		pod.Annotations = map[string]string{"sidecar.istio.io/nativeSidecar": tt.annotation}
		d := mesh.Decide(s, ns, pod)
		if d.Injector == nil {
			d.Injector = &mesh.Injectors(s)[0]
		}
		if got := mesh.Native(s, d, pod); got != mesh.No {
			t.Errorf("%+v: native: %v", tt, got)
		}
		if got := mesh.NotNative(s, d, pod); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
