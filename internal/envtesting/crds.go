package envtesting

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"
)

// CRDs gives the CustomResourceDefinitions of the names, see [FindCRDs].
func CRDs(tb testing.TB, names ...string) []*apiextensionsv1.CustomResourceDefinition {
	tb.Helper()
	found, err := FindCRDs(names...)
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// FindCRDs gives the CustomResourceDefinitions of the names: API groups
// ("networking.istio.io"), or single CRDs
// ("virtualservices.networking.istio.io"). It knows those of Istio, Gateway API
// (experimental channel), App Mesh, OpenReports and MeshAudit. They are the
// caller's. A name that it does not know is an error.
func FindCRDs(names ...string) ([]*apiextensionsv1.CustomResourceDefinition, error) {
	known, err := knownCRDs()
	if err != nil {
		return nil, fmt.Errorf("load CRDs: %w", err)
	}
	var found []*apiextensionsv1.CustomResourceDefinition
	for _, name := range names {
		before := len(found)
		for _, crd := range known {
			if crd.Name == name || crd.Spec.Group == name {
				found = append(found, crd.DeepCopy())
			}
		}
		if len(found) == before {
			return nil, fmt.Errorf("no CRD or API group %q is known", name)
		}
	}
	return found, nil
}

// InstallCRDs creates or updates the CRDs of the names, see [FindCRDs], and
// returns when their kinds are served. They stay until [Env.RemoveCRDs].
func (e *Env) InstallCRDs(tb testing.TB, names ...string) {
	tb.Helper()
	e.InstallCRD(tb, CRDs(tb, names...)...)
}

// InstallCRD is InstallCRDs for definitions that the test made or changed.
func (e *Env) InstallCRD(tb testing.TB, crds ...*apiextensionsv1.CustomResourceDefinition) {
	tb.Helper()
	if err := e.Serve(crds...); err != nil {
		tb.Fatal(err)
	}
}

// Serve creates or updates the CRDs and returns when their kinds are served,
// within three minutes.
func (e *Env) Serve(crds ...*apiextensionsv1.CustomResourceDefinition) error {
	options := envtest.CRDInstallOptions{CRDs: crds, MaxTime: deadline}
	if _, err := envtest.InstallCRDs(e.Config, options); err != nil {
		return fmt.Errorf("install CRDs: %w", err)
	}
	return nil
}

// knownCRDs reads all CRDs that we know from the modules and folders they come
// in, once.
var knownCRDs = sync.OnceValues(func() ([]*apiextensionsv1.CustomResourceDefinition, error) {
	root, err := repository()
	if err != nil {
		return nil, err
	}
	istio, err := moduleDir("istio.io/api")
	if err != nil {
		return nil, err
	}
	gateway, err := moduleDir("sigs.k8s.io/gateway-api")
	if err != nil {
		return nil, err
	}
	openreports, err := moduleDir("github.com/openreports/reports-api")
	if err != nil {
		return nil, err
	}
	var crds []*apiextensionsv1.CustomResourceDefinition
	for _, path := range []string{
		filepath.Join(istio, "kubernetes", "customresourcedefinitions.gen.yaml"),
		filepath.Join(gateway, "config", "crd", "experimental"),
		filepath.Join(openreports, "config", "crd"),
		filepath.Join(root, "hack", "appmesh-crds"),
		filepath.Join(root, "config", "crd"),
	} {
		if crds, err = appendCRDs(crds, path); err != nil {
			return nil, err
		}
	}
	return crds, nil
})

func appendCRDs(
	crds []*apiextensionsv1.CustomResourceDefinition, root string,
) ([]*apiextensionsv1.CustomResourceDefinition, error) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // a file of the repository or of a module
		if err != nil {
			return err
		}
		for document := range strings.SplitSeq(string(text), "\n---") {
			crd := &apiextensionsv1.CustomResourceDefinition{}
			if err := yaml.Unmarshal([]byte(document), crd); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if crd.Kind == "CustomResourceDefinition" {
				crds = append(crds, crd)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read CRDs: %w", err)
	}
	return crds, nil
}

// moduleDir is the folder of a module in the version that go.mod requires.
func moduleDir(module string) (string, error) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module) //nolint:gosec,noctx // of three modules, once
	out, err := list.Output()
	dir := string(bytes.TrimSpace(out))
	if err != nil || dir == "" {
		return "", fmt.Errorf("find module %s (run go mod download): %w", module, err)
	}
	return dir, nil
}
