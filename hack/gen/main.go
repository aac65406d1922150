// Command gen writes what is derived from the code: the list of checks, the
// reference of the checks, and the RBAC rules of the manager. Run it by make
// generate in the repository's root; go test fails when a result is stale.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	stale, err := Run(".", true)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
	for _, f := range stale {
		fmt.Println("wrote", f)
	}
}

// Run makes all files below root and returns those whose content differed.
// With write they are written.
func Run(root string, write bool) ([]string, error) {
	var stale []string
	for _, g := range generators {
		content, err := g.make(root)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.file, err)
		}
		path := filepath.Join(root, g.file)
		old, err := os.ReadFile(path)
		if err == nil && bytes.Equal(old, content) {
			continue
		}
		stale = append(stale, g.file)
		if !write {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return nil, err
		}
	}
	return stale, nil
}

// generator makes one file.
type generator struct {
	file string // below the root
	make func(root string) ([]byte, error)
}
