package v1alpha1_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// The API server that has our CRDs, for every test of the package.
var (
	config *rest.Config
	api    client.Client
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run starts an API server from bin/controlplane, or from the folder that
// KUBEBUILDER_ASSETS names.
func run(m *testing.M) (code int, err error) {
	root := filepath.Join("..", "..")
	env := &envtest.Environment{
		BinaryAssetsDirectory: filepath.Join(root, "bin", "controlplane"),
		CRDDirectoryPaths: []string{
			filepath.Join(root, "config", "crd"),
			filepath.Join(root, "hack", "appmesh-crds"),
		},
		ErrorIfCRDPathMissing: true,
	}
	if config, err = env.Start(); err != nil {
		return 0, fmt.Errorf("start an API server: %w", err)
	}
	defer func() { err = errors.Join(err, env.Stop()) }()
	if api, err = newClient(); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// newClient makes a client that is refused a field that the schema lacks.
func newClient() (client.Client, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	c, err := client.New(config, client.Options{Scheme: s})
	if err != nil {
		return nil, err
	}
	return client.WithFieldValidation(c, metav1.FieldValidationStrict), nil
}

// object parses YAML as a user writes it.
func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), u); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return u
}

// create makes an object that lives until the test ends.
func create(t *testing.T, o client.Object) error {
	t.Helper()
	if err := api.Create(t.Context(), o); err != nil {
		return err
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if err := api.Delete(ctx, o); err != nil {
			t.Error(err)
		}
	})
	return nil
}
