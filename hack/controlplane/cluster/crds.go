package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
	// Required for its CRDs, which are files: an import keeps it in go.mod.
	_ "sigs.k8s.io/gateway-api/pkg/consts"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

// Names that InstallCRDs knows. The two channels of Gateway API exclude each
// other; the experimental one has more kinds and fields.
const (
	IstioCRDs                  = "istio"
	GatewayAPICRDs             = "gateway-api"
	GatewayAPIExperimentalCRDs = "gateway-api-experimental"
	AppMeshCRDs                = "appmesh"
)

// CRDPath returns the file or folder with the CRDs of that name, or the given
// text itself when it is none of the names.
func CRDPath(ctx context.Context, nameOrPath string) (string, error) {
	root, err := binaries.Root()
	if err != nil {
		return "", err
	}
	inModule := map[string][2]string{
		IstioCRDs:                  {"istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml"},
		GatewayAPICRDs:             {"sigs.k8s.io/gateway-api", "config/crd/standard"},
		GatewayAPIExperimentalCRDs: {"sigs.k8s.io/gateway-api", "config/crd/experimental"},
	}
	if at, ok := inModule[nameOrPath]; ok {
		dir, err := moduleDir(ctx, root, at[0])
		return filepath.Join(dir, filepath.FromSlash(at[1])), err
	}
	if nameOrPath == AppMeshCRDs {
		return filepath.Join(root, "..", "appmesh-crds"), nil
	}
	return nameOrPath, nil
}

// InstallCRDs installs or updates the CRDs that are named by the constants or
// by files and folders, and returns when their kinds are served.
func (c *Cluster) InstallCRDs(ctx context.Context, namesOrPaths ...string) error {
	options := envtest.CRDInstallOptions{MaxTime: startTimeout, ErrorIfPathMissing: true}
	for _, nameOrPath := range namesOrPaths {
		path, err := CRDPath(ctx, nameOrPath)
		if err != nil {
			return err
		}
		options.Paths = append(options.Paths, path)
	}
	if _, err := envtest.InstallCRDs(c.RESTConfig, options); err != nil {
		return fmt.Errorf("install CRDs: %w", err)
	}
	return nil
}

func (c *Cluster) installGivenCRDs(ctx context.Context, o Options) error {
	if len(o.CRDs) == 0 {
		return nil
	}
	return c.InstallCRDs(ctx, o.CRDs...)
}

// moduleDir returns the folder of a module in the version that the go.mod in
// dir requires, downloading it if need be.
func moduleDir(ctx context.Context, dir, module string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off")
	var messages bytes.Buffer
	cmd.Stderr = &messages
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find module %s: %w\n%s%s", module, err, messages.String(), output)
	}
	var found struct {
		Dir string `json:"Dir"`
	}
	if err := json.Unmarshal(output, &found); err != nil {
		return "", fmt.Errorf("find module %s: %w", module, err)
	}
	return found.Dir, nil
}
