package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	storagev1 "k8s.io/api/storage/v1"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

const storageClassFile = "storage-class.yaml"

// stageDirs are kwok's own stages, in its module: nodes become ready and stay
// so, pods (native sidecars included) become Ready at once and end when
// deleted, claims of volumes are met.
var stageDirs = []string{"node/fast", "node/heartbeat-with-lease", "pod/fast", "volume/fast"}

func (c *Cluster) startKwok(ctx context.Context) error {
	dir, err := stagesDir(ctx)
	if err != nil {
		return err
	}
	if err := c.createStorageClass(ctx, filepath.Join(dir, "volume", "fast", storageClassFile)); err != nil {
		return err
	}
	config, err := c.writeStages(dir)
	if err != nil {
		return err
	}
	health, err := FreeURL(ctx, "http")
	if err != nil {
		return err
	}
	return c.run(ctx, binaries.Kwok, health,
		"--kubeconfig="+c.KubeconfigPath,
		"--config="+config,
		"--manage-all-nodes=true",
		"--node-lease-duration-seconds=40",
		"--server-address="+health.Host)
}

func stagesDir(ctx context.Context) (string, error) {
	root, err := binaries.Root()
	if err != nil {
		return "", err
	}
	module, err := moduleDir(ctx, filepath.Join(root, "tools", "kwok"), "sigs.k8s.io/kwok")
	if err != nil {
		return "", err
	}
	return filepath.Join(module, "kustomize", "stage"), nil
}

// writeStages joins the stages into one file of several documents.
func (c *Cluster) writeStages(dir string) (string, error) {
	var content []byte
	for _, stageDir := range stageDirs {
		files, err := filepath.Glob(filepath.Join(dir, stageDir, "*.yaml"))
		if err != nil {
			return "", fmt.Errorf("kwok's stages: %w", err)
		}
		for _, file := range files {
			if slices.Contains([]string{"kustomization.yaml", storageClassFile}, filepath.Base(file)) {
				continue
			}
			stage, err := os.ReadFile(file)
			if err != nil {
				return "", fmt.Errorf("kwok's stages: %w", err)
			}
			content = append(append(content, "---\n"...), stage...)
		}
	}
	path := filepath.Join(c.dir, "kwok.yaml")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return "", fmt.Errorf("kwok's stages: %w", err)
	}
	return path, nil
}

func (c *Cluster) createStorageClass(ctx context.Context, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("kwok's StorageClass: %w", err)
	}
	class := &storagev1.StorageClass{}
	if err := yaml.UnmarshalStrict(data, class); err != nil {
		return fmt.Errorf("kwok's StorageClass: %w", err)
	}
	return c.create(ctx, class)
}
