package binaries

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// AssetsVariable names the folder whose binaries are used instead of built
// ones; envtest knows the same variable.
const AssetsVariable = "KUBEBUILDER_ASSETS"

const firstBuildNotice = "Building the control plane: " +
	"the first time takes ten to fifteen minutes on two cores, later ones nothing.\n"

// Options of Ensure.
type Options struct {
	// Dir is where the binaries go; DefaultDir when empty.
	Dir string
	// Names of the components; all of them when empty.
	Names []string
	// Output is told the progress; nothing is said when all is up to date.
	Output io.Writer
}

// Ensure sees to it that the binaries are there in the versions of this
// module, and returns their folder. Callers at the same time wait for each
// other.
func Ensure(ctx context.Context, o Options) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	if o.Dir == "" {
		o.Dir = filepath.Join(root, "..", "..", "bin", "controlplane")
	}
	if o.Output == nil {
		o.Output = io.Discard
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return "", fmt.Errorf("folder of the binaries: %w", err)
	}
	chosen, err := selected(o.Names)
	if err != nil {
		return "", err
	}
	return dir, ensureAll(ctx, root, dir, chosen, o.Output)
}

func ensureAll(ctx context.Context, root, dir string, chosen []component, out io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("folder of the binaries: %w", err)
	}
	unlock, err := Lock(filepath.Join(dir, ".lock"), true)
	if err != nil {
		return err
	}
	defer unlock()
	var missing []target
	for _, c := range chosen {
		t, err := newTarget(c, root, dir)
		if err != nil {
			return err
		}
		if !t.upToDate() {
			missing = append(missing, t)
		}
	}
	return makeAll(ctx, missing, out)
}

func makeAll(ctx context.Context, missing []target, out io.Writer) error {
	for _, t := range missing {
		if t.asset == "" {
			fmt.Fprint(out, firstBuildNotice)
			break
		}
	}
	for i, t := range missing {
		if err := t.make(ctx, fmt.Sprintf("[%d/%d]", i+1, len(missing)), out); err != nil {
			return err
		}
	}
	return nil
}

// target is a component in a folder of binaries.
type target struct {
	component
	root, path, version, asset string
}

func newTarget(c component, root, dir string) (target, error) {
	version, err := c.version(root)
	if err != nil {
		return target{}, err
	}
	t := target{component: c, root: root, path: filepath.Join(dir, c.name), version: version}
	t.asset = givenAsset(c.name, dir)
	return t, nil
}

// givenAsset returns the binary that KUBEBUILDER_ASSETS holds. The variable
// may name the very folder that the binaries go to, as it does when tests are
// run with what was built here: then it gives nothing.
func givenAsset(name, dir string) string {
	assets := os.Getenv(AssetsVariable)
	if assets == "" || sameFile(assets, dir) {
		return ""
	}
	path, err := filepath.Abs(filepath.Join(assets, name))
	if err != nil {
		return ""
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return path
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// stamp says what the binary is made from; another stamp means another build.
func (t target) stamp() string {
	if t.asset != "" {
		return "asset " + t.asset + "\n"
	}
	return fmt.Sprintf("%s %s %s/%s\n", t.importPath(), t.version, runtime.GOOS, runtime.GOARCH)
}

func (t target) stampPath() string {
	return filepath.Join(filepath.Dir(t.path), "."+t.name+".stamp")
}

func (t target) upToDate() bool {
	stamp, err := os.ReadFile(t.stampPath())
	if err != nil || string(stamp) != t.stamp() {
		return false
	}
	_, err = os.Stat(t.path)
	return err == nil
}
