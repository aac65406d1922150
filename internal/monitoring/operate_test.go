package monitoring_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

// operate runs the operator until the test ends, and gives the address of its
// metrics.
func (w *world) operate(t *testing.T) string {
	t.Helper()
	logFile := filepath.Join(t.TempDir(), "log")
	address := promtesting.FreeAddress(t)
	process := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "manager", "--kubeconfig", w.kubeconfig(t),
		"--leader-elect", "--leader-election-namespace", system, "--health-probe-bind-address", "0",
		"--metrics-bind-address", address)
	process.Env = append(os.Environ(), asProgram+"=1")
	log, err := os.Create(logFile)
	if err != nil {
		t.Fatal(err)
	}
	process.Stdout, process.Stderr = log, log
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		if err := process.Wait(); err != nil {
			t.Errorf("the operator ended with %v", err)
		}
		if t.Failed() {
			text, _ := os.ReadFile(logFile)
			t.Logf("log of the operator:\n%s", text)
		}
	})
	return address
}

func (w *world) kubeconfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, w.Kubeconfig(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// scrape is how Prometheus reads the operator's metrics: as the ServiceMonitor
// says, with the labels that prometheus-operator gives a target.
func (w *world) scrape(t *testing.T, address string) map[string]any {
	t.Helper()
	credentials := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(credentials, []byte(w.token(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	e := alerts.Scrape()
	return map[string]any{
		"global":     map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"},
		"rule_files": []string{filepath.Join(promtesting.Root(t), "config", "prometheus", "rules.yaml")},
		"scrape_configs": []map[string]any{{
			"job_name": job, "scheme": e.Scheme, "metrics_path": e.Path, "honor_labels": e.HonorLabels,
			"authorization": map[string]any{"credentials_file": credentials},
			"tls_config":    map[string]any{"insecure_skip_verify": e.TLSConfig.InsecureSkipVerify},
			"static_configs": []map[string]any{{"targets": []string{address}, "labels": map[string]any{
				"namespace": system, "service": job, "pod": "meshaudit-manager-0", "container": "manager",
				"endpoint": e.Port, "cluster": cluster,
			}}},
		}},
	}
}

const job = "meshaudit-metrics" // the Service of config/manager

// edit changes a route and back, each second until the test ends, so that there
// is always something to evaluate and to write.
func (w *world) edit(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := w.put(ctx, route(fmt.Sprintf("nowhere-%d", i%2))); err != nil && ctx.Err() == nil {
					t.Errorf("edit a route: %v", err)
				}
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// route leads to a host that nothing defines.
func route(host string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
		"metadata": map[string]any{"name": "edited", "namespace": busy},
		"spec": map[string]any{"hosts": []any{"edited"}, "http": []any{map[string]any{"route": []any{
			map[string]any{"destination": map[string]any{"host": host}},
		}}}},
	}}
}
