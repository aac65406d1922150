package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestAppMeshPods(t *testing.T) {
	for name, test := range map[string]struct {
		pod    string
		meshed bool
	}{
		"plain":                {pod: "spec: {containers: [{name: envoy, image: example/envoy:1}]}"},
		"by identity":          {pod: "spec: {containers: [{name: e, image: x, env: [{name: APPMESH_RESOURCE_ARN, value: m}]}]}", meshed: true},
		"by the old identity":  {pod: "spec: {containers: [{name: e, image: x, env: [{name: APPMESH_VIRTUAL_NODE_NAME, value: m}]}]}", meshed: true},
		"by image":             {pod: "spec: {containers: [{name: e, image: 'r:5000/aws-appmesh-envoy:v1@sha256:00'}]}", meshed: true},
		"by image without tag": {pod: "spec: {containers: [{name: e, image: r:5000/aws-appmesh-envoy}]}", meshed: true},
		"other image":          {pod: "spec: {containers: [{name: e, image: 'r/aws-appmesh-envoy/shell:1'}]}"},
		"native sidecar":       {pod: "spec: {initContainers: [{name: e, image: 'r/aws-appmesh-envoy:v1', restartPolicy: Always}], containers: [{name: a, image: a}]}", meshed: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := fromManifests(t, "apiVersion: v1\nkind: Pod\n"+named(test.pod))
			pod := templateOf(t, s, "Pod", "shop", "p")
			if got := mesh.AppMeshProxy(pod.Spec) != nil; got != test.meshed {
				t.Errorf("meshed: %t", got)
			}
		})
	}
}

// named gives a Pod's manifest the name shop/p.
func named(pod string) string {
	const name = "metadata: {name: p, namespace: shop, "
	if rest, ok := strings.CutPrefix(pod, "metadata: {"); ok {
		return name + rest
	}
	return name + "}\n" + pod
}

func TestAppMeshInjects(t *testing.T) {
	for _, test := range []struct {
		label, annotation string
		want              bool
	}{
		{"", "", false},
		{"", "enabled", false}, // the webhook is not asked
		{"enabled", "", true},
		{"enabled", "disabled", false},
		{"disabled", "", false},
		{"disabled", "enabled", true},
		{"Enabled", "", false},
	} {
		ns := &kinds.Namespace{Meta: kinds.Meta{Name: "shop"}}
		pod := &mesh.Template{Spec: &kinds.PodSpec{}}
		if test.label != "" {
			ns.Labels = map[string]string{mesh.AppMeshInjection: test.label}
		}
		if test.annotation != "" {
			pod.Annotations = map[string]string{mesh.AppMeshInjection: test.annotation}
		}
		if got := mesh.AppMeshInjects(ns, pod); got != test.want {
			t.Errorf("%+v: got %t", test, got)
		}
	}
}

// An ARN leads to the object that has it in its status, and may lead elsewhere
// if none has; it wins over a reference.
func TestAppMeshARN(t *testing.T) {
	s := fromManifests(t, `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: cart, namespace: shop}
spec: {}
status: {virtualNodeARN: "arn:here"}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: here, namespace: shop}
spec: {provider: {virtualNode: {virtualNodeARN: "arn:here", virtualNodeRef: {name: gone}}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: there, namespace: shop}
spec: {provider: {virtualNode: {virtualNodeARN: "arn:there"}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: gone, namespace: shop}
spec: {provider: {virtualNode: {virtualNodeRef: {name: gone}}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: both, namespace: shop}
spec: {provider: {virtualNode: {virtualNodeRef: {name: cart}}, virtualRouter: {}}}
`)
	for name, want := range map[string][]mesh.Answer{"here": {mesh.Yes}, "there": {mesh.Maybe}, "gone": {mesh.No}, "both": {mesh.Yes, mesh.No}} {
		links := mesh.ServiceLinks(s, kinds.AppMeshVirtualServices.Get(s, "shop", name))
		if len(links) != len(want) {
			t.Errorf("%s: %d links", name, len(links))
			continue
		}
		for i := range links {
			if links[i].Exists != want[i] || (links[i].Problem() != "") != (want[i] == mesh.No) {
				t.Errorf("%s: link %+v, problem %q", name, links[i], links[i].Problem())
			}
		}
	}
}
