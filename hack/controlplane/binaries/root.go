package binaries

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

const modulePath = "github.com/meshaudit/meshaudit/hack/controlplane"

// Root returns the folder of this module. It is looked for from the working
// directory upwards, so that the commands work anywhere in the repository and
// no path of the machine that built them is kept.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	for ; ; dir = filepath.Dir(dir) {
		for _, candidate := range []string{dir, filepath.Join(dir, "hack", "controlplane")} {
			if isRoot(candidate) {
				return candidate, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("not inside the repository: no hack/controlplane/go.mod from the working directory upwards")
		}
	}
}

func isRoot(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && modfile.ModulePath(data) == modulePath
}

// DefaultDir returns bin/controlplane in the repository, where the binaries go
// unless the caller wants them elsewhere.
func DefaultDir() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "..", "..", "bin", "controlplane"), nil
}
