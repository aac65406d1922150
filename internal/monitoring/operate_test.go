package monitoring_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

// operate runs the operator until the test ends, and gives the address of its
// metrics.
func (w *world) operate(t *testing.T) string {
	t.Helper()
	address := promtesting.FreeAddress(t)
	operatortesting.Start(t, w.aws.Environ(), "manager", "--kubeconfig", operatortesting.Kubeconfig(t, w.Config),
		"--leader-elect", "--leader-election-namespace", system, "--health-probe-bind-address", "0",
		"--metrics-bind-address", address)
	return address
}

// scrape is how Prometheus reads the operator's metrics: with the labels that
// prometheus-operator gives a target.
func (w *world) scrape(t *testing.T, address string) map[string]any {
	t.Helper()
	rules := filepath.Join(promtesting.Root(t), "config", "prometheus", "rules.yaml")
	return promtesting.Config(t, address, w.scraper(t), rules, map[string]any{
		"namespace": system, "service": job, "pod": "meshaudit-manager-0", "container": "manager",
		"endpoint": alerts.Scrape().Port, "cluster": cluster,
	})
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
