package envtesting_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A program's control plane has the flags of its own, and another one goes on
// with what it stored.
func TestAControlPlaneGoesOnWithAnothersData(t *testing.T) {
	o := envtesting.Options{
		EtcdArgs:      map[string][]string{"quota-backend-bytes": {"8589934592"}},
		APIServerArgs: map[string][]string{"service-cluster-ip-range": {"10.96.0.0/12"}},
		DataDir:       t.TempDir(),
	}
	made := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "kept", Namespace: metav1.NamespaceDefault},
		Spec:       corev1.ServiceSpec{ClusterIP: "10.99.0.1", Ports: []corev1.ServicePort{{Port: 80}}},
	}
	with(t, o, func(e *envtesting.Env) {
		crds, err := envtesting.FindCRDs("meshaudit.io")
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Serve(crds...); err != nil {
			t.Error(err)
		}
		if err := e.Client.Create(t.Context(), made); err != nil {
			t.Errorf("an address of the range that was asked for: %v", err)
		}
	})
	with(t, o, func(e *envtesting.Env) {
		found := &corev1.Service{}
		if err := e.Client.Get(t.Context(), client.ObjectKeyFromObject(made), found); err != nil || found.UID != made.UID {
			t.Errorf("what was stored: %v, UID %q, want %q", err, found.UID, made.UID)
		}
	})
}

func with(t *testing.T, o envtesting.Options, f func(*envtesting.Env)) {
	t.Helper()
	e, err := envtesting.Launch(o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Errorf("end the control plane: %v", err)
		}
	}()
	f(e)
}
