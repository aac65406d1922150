package ingest

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

func create[T client.Object](t *testing.T, env *envtesting.Env, o T) T {
	t.Helper()
	if err := env.Client.Create(t.Context(), o); err != nil {
		t.Fatalf("create %T: %v", o, err)
	}
	return o
}

func remove(t *testing.T, env *envtesting.Env, o client.Object) {
	t.Helper()
	if err := env.Client.Delete(t.Context(), o); err != nil {
		t.Fatalf("delete %T: %v", o, err)
	}
}

func update(t *testing.T, env *envtesting.Env, o client.Object) {
	t.Helper()
	if err := env.Client.Update(t.Context(), o); err != nil {
		t.Fatalf("update %T: %v", o, err)
	}
}

func newService(ns, name string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}},
	}
}

func newConfigMap(ns, name string, labels map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: labels}}
}

func newSecret(ns, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
}

func newCustom(apiVersion, kind, ns, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": map[string]any{"namespace": ns, "name": name}, "spec": spec,
	}}
}

func newSidecar(ns, name string) *unstructured.Unstructured {
	return newCustom("networking.istio.io/v1", "Sidecar", ns, name, map[string]any{})
}
