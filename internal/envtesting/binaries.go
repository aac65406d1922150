package envtesting

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// assetsVariable names the folder of the binaries, as for envtest itself.
const assetsVariable = "KUBEBUILDER_ASSETS"

// components are the binaries that a control plane needs.
var components = []string{"etcd", "kube-apiserver", "kubectl"}

// binaries is the folder of the control plane's binaries. That they are absent
// is an error, so that a test never passes without having run.
func binaries() (string, error) {
	dir := os.Getenv(assetsVariable)
	if dir == "" {
		root, err := repository()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "bin", "controlplane")
	}
	for _, name := range components {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil { //nolint:gosec // whoever runs the tests says where
			return "", fmt.Errorf("run make controlplane: %w", err)
		}
	}
	return dir, nil
}

// repository is the folder of the go.mod above the test's folder.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find the repository: no go.mod in a folder above")
		}
		dir = parent
	}
}

// watched writes a script into dir that becomes the component, and ends it
// within a second when the test binary is gone, however that ended: a timeout
// or a kill leaves no other chance, and a forgotten API server eats a core.
func watched(dir, binary string) (string, error) {
	const script = `#!/bin/sh
(while kill -0 $$; do kill -0 $PPID || kill -9 $$; sleep 1; done) </dev/null >/dev/null 2>&1 &
exec '%s' "$@"
`
	path := filepath.Join(dir, filepath.Base(binary))
	text := fmt.Sprintf(script, strings.ReplaceAll(binary, "'", `'\''`))
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // it is to be executed
		return "", fmt.Errorf("script of %s: %w", filepath.Base(binary), err)
	}
	return path, nil
}
