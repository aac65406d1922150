package injector

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func virtualNodeFor(app string) unstructured.Unstructured {
	node := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{
			"meshRef":     map[string]any{"name": "global"},
			"podSelector": map[string]any{"matchLabels": map[string]any{"app": app}},
		},
	}}
	node.SetAPIVersion("appmesh.k8s.aws/v1beta2")
	node.SetKind("VirtualNode")
	node.SetNamespace("shop")
	node.SetName("node-of-" + app)
	return node
}

func injectAppMesh(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	if err := addEnvoy(pod, []unstructured.Unstructured{virtualNodeFor("web"), virtualNodeFor("cart")}); err != nil {
		t.Fatal(err)
	}
	return pod
}

func environment(c corev1.Container) map[string]string {
	values := map[string]string{}
	for _, e := range c.Env {
		values[e.Name] = e.Value
	}
	return values
}

func TestEnvoyOfTheSelectingVirtualNode(t *testing.T) {
	pod := injectAppMesh(t, newPod(func(p *corev1.Pod) { p.Labels["app"] = "web" }))
	equal(t, "containers", names(pod.Spec.Containers), []string{"web", "envoy"})
	equal(t, "init containers", names(pod.Spec.InitContainers), []string{"migrate", "proxyinit"})
	equal(t, "ARN", environment(pod.Spec.Containers[1])["APPMESH_RESOURCE_ARN"],
		"arn:aws:appmesh:us-west-2:000000000000:mesh/global/virtualNode/node-of-web_shop")
}

func TestEnvoyWithoutVirtualNodeIsNamedAfterTheWorkload(t *testing.T) {
	pod := injectAppMesh(t, newPod(nil))
	equal(t, "name", environment(pod.Spec.Containers[1])["APPMESH_VIRTUAL_NODE_NAME"], "mesh/default/virtualNode/web_shop")
}

func TestEnvoyIsAddedOnce(t *testing.T) {
	pod := injectAppMesh(t, injectAppMesh(t, newPod(nil)))
	equal(t, "containers", names(pod.Spec.Containers), []string{"web", "envoy"})
}

func TestAppMeshDisabledByAnnotation(t *testing.T) {
	pod := injectAppMesh(t, newPod(func(p *corev1.Pod) { p.Annotations[appMeshInject] = "disabled" }))
	equal(t, "containers", names(pod.Spec.Containers), []string{"web"})
}

func TestBothMeshesInjectOnePod(t *testing.T) {
	pod := injectAppMesh(t, injectIstio(t, newPod(nil)))
	equal(t, "containers", names(pod.Spec.Containers), []string{"web", "envoy"})
	equal(t, "init containers", names(pod.Spec.InitContainers), []string{"istio-init", "istio-proxy", "migrate", "proxyinit"})
}
