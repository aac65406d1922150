package injector

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func newPod(change func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:    "shop",
			GenerateName: "web-5d4f8c7b9-",
			Labels:       map[string]string{podTemplateHash: "5d4f8c7b9"},
			Annotations:  map[string]string{},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-5d4f8c7b9", Controller: new(true),
			}},
		},
		Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "migrate", Image: "example/web:1"}},
			Containers:     []corev1.Container{{Name: "web", Image: "example/web:1"}},
		},
	}
	if change != nil {
		change(pod)
	}
	return pod
}

func injectIstio(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	if err := (&istioInjector{}).inject(withRevision(t.Context(), "canary"), pod); err != nil {
		t.Fatal(err)
	}
	return pod
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s: got %s, want %s", what, a, b)
	}
}

func TestSidecarIsNativeInitContainer(t *testing.T) {
	pod := injectIstio(t, newPod(nil))
	equal(t, "init containers", names(pod.Spec.InitContainers), []string{"istio-init", "istio-proxy", "migrate"})
	equal(t, "containers", names(pod.Spec.Containers), []string{"web"})
	equal(t, "restart policy", pod.Spec.InitContainers[1].RestartPolicy, "Always")
	equal(t, "capabilities", pod.Spec.InitContainers[0].SecurityContext.Capabilities.Add, []string{"NET_ADMIN", "NET_RAW"})
	equal(t, "resources", pod.Spec.InitContainers[1].Resources, map[string]any{
		"limits": map[string]string{"cpu": "2", "memory": "1Gi"}, "requests": map[string]string{"cpu": "100m", "memory": "128Mi"},
	})
}

func TestSidecarMetadata(t *testing.T) {
	pod := injectIstio(t, newPod(nil))
	equal(t, "labels", pod.Labels, map[string]string{
		podTemplateHash:                       "5d4f8c7b9",
		"security.istio.io/tlsMode":           "istio",
		"service.istio.io/canonical-name":     "web",
		"service.istio.io/canonical-revision": "latest",
	})
	equal(t, "annotations", pod.Annotations, map[string]string{
		"istio.io/rev":         "canary",
		"prometheus.io/scrape": "true",
		"prometheus.io/port":   "15020",
		"prometheus.io/path":   "/stats/prometheus",
		"sidecar.istio.io/status": `{"initContainers":["istio-init","istio-proxy"],"containers":null,` +
			`"volumes":["workload-socket","credential-socket","workload-certs","istio-envoy","istio-data",` +
			`"istio-podinfo","istio-token","istiod-ca-cert"],"imagePullSecrets":null,"revision":"canary"}`,
	})
}

func TestResourceAnnotationsReplaceAllDefaults(t *testing.T) {
	pod := injectIstio(t, newPod(func(p *corev1.Pod) { p.Annotations["sidecar.istio.io/proxyCPU"] = "20m" }))
	equal(t, "resources", pod.Spec.InitContainers[1].Resources, map[string]any{"requests": map[string]string{"cpu": "20m"}})
}

func TestInvalidResourceAnnotationIsReported(t *testing.T) {
	pod := newPod(func(p *corev1.Pod) { p.Annotations["sidecar.istio.io/proxyMemory"] = "plenty" })
	if err := (&istioInjector{}).inject(t.Context(), pod); err == nil {
		t.Error("want an error for an invalid quantity")
	}
}

func TestClassicSidecarOnRequest(t *testing.T) {
	pod := injectIstio(t, newPod(func(p *corev1.Pod) { p.Annotations["sidecar.istio.io/nativeSidecar"] = "false" }))
	equal(t, "init containers", names(pod.Spec.InitContainers), []string{"istio-init", "migrate"})
	equal(t, "containers", names(pod.Spec.Containers), []string{"web", "istio-proxy"})
	equal(t, "restart policy", pod.Spec.Containers[1].RestartPolicy, nil)
}

func TestPodsWithoutSidecar(t *testing.T) {
	for name, change := range map[string]func(*corev1.Pod){
		"host network":     func(p *corev1.Pod) { p.Spec.HostNetwork = true },
		"label false":      func(p *corev1.Pod) { p.Labels["sidecar.istio.io/inject"] = "false" },
		"annotation false": func(p *corev1.Pod) { p.Annotations["sidecar.istio.io/inject"] = "false" },
		"kube-system":      func(p *corev1.Pod) { p.Namespace = "kube-system" },
		"own proxy": func(p *corev1.Pod) {
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "istio-proxy", Image: "example/proxy:1"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := newPod(change)
			equal(t, "pod", injectIstio(t, newPod(change)), before)
		})
	}
}

// TestOnlyTrueAndFalseCount: other values say nothing, not even no.
func TestOnlyTrueAndFalseCount(t *testing.T) {
	for _, value := range []string{"", "true", "False", "no", "off", "n", "yes", "TRUE"} {
		pod := injectIstio(t, newPod(func(p *corev1.Pod) { p.Labels["sidecar.istio.io/inject"] = value }))
		if !injected(pod) {
			t.Errorf("%q: want a sidecar", value)
		}
	}
}

func TestLabelPrecedesAnnotation(t *testing.T) {
	pod := injectIstio(t, newPod(func(p *corev1.Pod) {
		p.Labels["sidecar.istio.io/inject"], p.Annotations["sidecar.istio.io/inject"] = "true", "false"
	}))
	if !injected(pod) {
		t.Error("want a sidecar: the label says so")
	}
}

func TestGatewayImageIsFilledIn(t *testing.T) {
	pod := injectIstio(t, newPod(func(p *corev1.Pod) {
		p.Spec.InitContainers = nil
		p.Spec.Containers = []corev1.Container{{Name: "istio-proxy", Image: "auto"}}
	}))
	equal(t, "image", pod.Spec.Containers[0].Image, defaultProxyRepository+":"+defaultProxyVersion)
	equal(t, "init containers", len(pod.Spec.InitContainers), 0)
	if !slices.Contains(pod.Spec.Containers[0].Args, "router") {
		t.Errorf("want a router, got %v", pod.Spec.Containers[0].Args)
	}
}

func TestImageBesideIstiod(t *testing.T) {
	equal(t, "image", imageBeside([]corev1.Container{{Image: "example/mesh/pilot:1.30.2"}}), "example/mesh/proxyv2:1.30.2")
	equal(t, "image", imageBeside([]corev1.Container{{Image: "example/other:1"}}), "")
}
