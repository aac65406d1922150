package alerts_test

import (
	"os"
	"path/filepath"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

// prometheus-operator takes what we make of its kinds: each field is one of
// theirs.
func TestObjectsHavePrometheusOperatorsForm(t *testing.T) {
	var rule monitoringv1.PrometheusRule
	decode(t, "prometheusrule.yaml", &rule)
	if len(rule.Spec.Groups) != 1 || len(rule.Spec.Groups[0].Rules) != len(alerts.All()) {
		t.Errorf("the PrometheusRule has the groups %+v", rule.Spec.Groups)
	}
	var monitor monitoringv1.ServiceMonitor
	decode(t, "servicemonitor.yaml", &monitor)
	if len(monitor.Spec.Endpoints) != 1 || !monitor.Spec.Endpoints[0].HonorLabels {
		t.Errorf("the ServiceMonitor has the endpoints %+v", monitor.Spec.Endpoints)
	}
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(promtesting.Root(t), "config", "prometheus", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Errorf("%s: %v", file, err)
	}
}
