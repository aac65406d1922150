// Package binaries builds the components of a Kubernetes control plane, each
// from the Go module that releases it, and skips those that are up to date.
package binaries

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// Names of the components, which are the names of their binaries too.
const (
	Etcd                  = "etcd"
	KubeAPIServer         = "kube-apiserver"
	Kubectl               = "kubectl"
	KubeControllerManager = "kube-controller-manager"
	KubeScheduler         = "kube-scheduler"
	Kwok                  = "kwok"
)

// component tells how one binary is built. Its version is the one that
// tools/<tools>/go.mod requires: nowhere else is it written down.
type component struct {
	name, tools, module, pkg string
	ldflags                  func(version string) string
}

// components are in the order of building: what most tests need comes first.
var components = []component{
	{Etcd, "etcd", "go.etcd.io/etcd/server/v3", "", nil},
	{KubeAPIServer, "kubernetes", "k8s.io/kubernetes", "cmd/kube-apiserver", kubernetesVersion},
	{Kubectl, "kubernetes", "k8s.io/kubernetes", "cmd/kubectl", kubernetesVersion},
	{KubeControllerManager, "kubernetes", "k8s.io/kubernetes", "cmd/kube-controller-manager", kubernetesVersion},
	{KubeScheduler, "kubernetes", "k8s.io/kubernetes", "cmd/kube-scheduler", kubernetesVersion},
	{Kwok, "kwok", "sigs.k8s.io/kwok", "cmd/kwok", kwokVersion},
}

// kubernetesVersion sets what /version and kubectl version report: without
// it the components take themselves for v0.0.0-master and clients for skewed.
func kubernetesVersion(version string) string {
	const pkg = "k8s.io/component-base/version."
	part := append(strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3), "", "")
	return fmt.Sprintf("-X %[1]sgitVersion=%[2]s -X %[1]sgitMajor=%[3]s -X %[1]sgitMinor=%[4]s -X %[1]sgitTreeState=clean",
		pkg, version, part[0], part[1])
}

func kwokVersion(version string) string {
	return "-X sigs.k8s.io/kwok/pkg/consts.Version=" + strings.TrimPrefix(version, "v")
}

// selected returns the named components, or all when there are no names.
func selected(names []string) ([]component, error) {
	if len(names) == 0 {
		return components, nil
	}
	byName := map[string]component{}
	for _, c := range components {
		byName[c.name] = c
	}
	var chosen []component
	for _, name := range names {
		c, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("unknown component %q", name)
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

// version reads the version that the component's go.mod requires.
func (c component) version(root string) (string, error) {
	path := filepath.Join(root, "tools", c.tools, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("version of %s: %w", c.name, err)
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return "", fmt.Errorf("version of %s: %w", c.name, err)
	}
	for _, require := range file.Require {
		if require.Mod.Path == c.module {
			return require.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("version of %s: %s requires no %s", c.name, path, c.module)
}

func (c component) linkerFlags(version string) string {
	flags := "-s -w"
	if c.ldflags != nil {
		flags += " " + c.ldflags(version)
	}
	return flags
}

func (c component) importPath() string {
	return strings.TrimSuffix(c.module+"/"+c.pkg, "/")
}
