package cli_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/meshaudit/meshaudit/internal/cli"
	"github.com/meshaudit/meshaudit/internal/manifests/manifeststest"
)

// BenchmarkAnalyzeFile audits one file of 17,600 objects, 6 MB of YAML.
func BenchmarkAnalyzeFile(b *testing.B) {
	var text bytes.Buffer
	if err := manifeststest.YAML(&text, 400); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		s := cli.Streams{In: &bytes.Buffer{}, Out: io.Discard, Err: io.Discard}
		if code := cli.Execute(b.Context(), []string{"analyze", "--file", file}, s); code != 0 {
			b.Fatalf("exit code %d", code)
		}
	}
}
