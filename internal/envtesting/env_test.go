package envtesting_test

import (
	"fmt"
	"os"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

func TestCRDsComeAndGo(t *testing.T) {
	env := envtesting.Start(t)
	for range 4 {
		env.InstallCRDs(t, "sidecars.networking.istio.io", "appmesh.k8s.aws", "meshaudit.io")
		env.RemoveCRDs(t, "sidecars.networking.istio.io", "appmesh.k8s.aws", "meshaudit.io")
	}
}

func TestUsersHaveTheGrantedRightsAlone(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	c, err := client.New(env.AddUser(t, "reader", envtesting.Read("", "pods")), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.List(t.Context(), &corev1.PodList{}); err != nil {
		t.Errorf("a granted right: %v", err)
	}
	list := func() error { return c.List(t.Context(), &corev1.ServiceList{}, client.InNamespace(ns)) }
	if err := list(); !apierrors.IsForbidden(err) {
		t.Errorf("a right not granted: %v", err)
	}
	env.Grant(t, "reader", ns, envtesting.Read("", "services"))
	envtesting.WaitFor(t, list)
	env.Grant(t, "reader", ns)
	envtesting.WaitFor(t, func() error {
		if err := list(); !apierrors.IsForbidden(err) {
			return fmt.Errorf("a right taken away: %w", err)
		}
		return nil
	})
}

func TestTheAPIServerStartsAgainAsItWas(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	user := env.AddUser(t, "survivor", envtesting.Read("", "namespaces"))
	env.StopAPIServer(t)()
	c, err := client.New(user, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		return c.Get(t.Context(), client.ObjectKey{Name: ns}, &corev1.Namespace{})
	})
}
