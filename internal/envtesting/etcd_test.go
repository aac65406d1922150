package envtesting_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

func TestEtcdStartsAgainAsItWas(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	restart := env.StopEtcd(t)
	restart()
	envtesting.WaitFor(t, func() error {
		return env.Client.Get(t.Context(), client.ObjectKey{Name: ns}, &corev1.Namespace{})
	})
}
