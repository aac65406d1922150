// Render writes Istio's charts, as a user installs them, and Istio's samples
// into manifests, by which tests see that a default installation gives no
// alarm. make test runs it, once for each version in go.mod.
//
// Kinds that no check reads are left out.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: render DIRECTORY")
		os.Exit(2)
	}
	if err := render(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}

func render(ctx context.Context, dir string) error {
	for _, i := range installations {
		text, err := i.render()
		if err != nil {
			return fmt.Errorf("%s: %w", i.name, err)
		}
		if err := write(dir, i.name, text); err != nil {
			return err
		}
	}
	text, err := allSamples(ctx)
	if err != nil {
		return err
	}
	return write(dir, "samples", text)
}

func write(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(text), 0o644)
}

// samples are Istio's own, by the namespace in which they are shown.
var samples = []struct{ namespace, file string }{
	{"bookinfo", "bookinfo/platform/kube/bookinfo.yaml"},
	{"curl", "curl/curl.yaml"},
	{"helloworld", "helloworld/helloworld.yaml"},
	{"httpbin", "httpbin/httpbin.yaml"},
	{"sleep", "sleep/sleep.yaml"},
}

func allSamples(ctx context.Context) (string, error) {
	dir, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio").Output()
	if err != nil {
		return "", fmt.Errorf("find istio.io/istio: %w", err)
	}
	var out strings.Builder
	for _, s := range samples {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "samples", s.file))
		if err != nil {
			return "", err
		}
		out.WriteString(namespace(s.namespace, "istio-injection: enabled"))
		placed, err := inNamespace(s.namespace, string(text))
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.file, err)
		}
		out.WriteString(placed)
	}
	return out.String(), nil
}

func namespace(name, labels string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n", name, labels)
}
