package promtesting

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Root is the repository's folder.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("no go.mod in a folder above")
		}
		dir = parent
	}
}

// Promtool runs promtool and gives what it said. That it is not there fails the
// test, so that none passes without having run.
func Promtool(tb testing.TB, args ...string) (output string, err error) {
	tb.Helper()
	//nolint:gosec // a tool of ours, with what the test says
	out, err := exec.CommandContext(tb.Context(), tool(tb, "promtool"), args...).CombinedOutput()
	return string(out), err
}

func tool(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join(Root(tb), "bin", name)
	if _, err := os.Stat(path); err != nil {
		tb.Fatalf("run make prometheus: %v", err)
	}
	return path
}
