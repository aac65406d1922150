package cluster

import (
	"context"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// applyWebhooks applies the configurations as the meshes' installers do, with
// Services that nothing but the stand-in answers for, and waits until pods are
// injected.
func applyWebhooks(t *testing.T, c *Cluster) {
	t.Helper()
	create(t, c, namespace("mesh", nil), webhookService("istiod"), webhookService("appmesh-webhook-service"),
		podWebhook("istio-sidecar-injector", "istiod", "/inject", "istio-injection"),
		podWebhook("appmesh-webhook", "appmesh-webhook-service", "/mutate-v1-pod", "appmesh.k8s.aws/sidecarInjectorWebhook"))
	if err := c.PatchWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	create(t, c, namespace("probe", map[string]string{
		"istio-injection": "enabled", "appmesh.k8s.aws/sidecarInjectorWebhook": "enabled",
	}))
	eventually(t, "both webhooks answer", func(ctx context.Context) (bool, error) {
		pod := podOf(deployment("probe", "web", 1))
		if err := c.Client.Create(ctx, pod); err != nil {
			return false, nil //nolint:nilerr // not all webhooks answer yet
		}
		injected := len(pod.Spec.InitContainers) == 3
		return injected, c.Client.Delete(ctx, pod)
	})
}

func webhookService(name string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "mesh", Name: name},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 443}}},
	}
}

func podWebhook(name, service, path, namespaceLabel string) *admissionregistrationv1.MutatingWebhookConfiguration {
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: name + ".example.com",
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				Service: &admissionregistrationv1.ServiceReference{Namespace: "mesh", Name: service, Path: new(path)},
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{namespaceLabel: "enabled"}},
			SideEffects:             new(admissionregistrationv1.SideEffectClassNone),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}
