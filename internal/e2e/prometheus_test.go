package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

const (
	criticalFinding = "MeshAuditCriticalFinding"
	firing          = "firing"
	inactive        = ""
)

// startPrometheus runs a Prometheus that scrapes the operator with the rights
// that config/prometheus says, and has the rules.
func (w *world) startPrometheus(t *testing.T) {
	t.Helper()
	w.kubectl(t, "-n "+system+" create serviceaccount prometheus")
	w.kubectl(t, "create clusterrolebinding meshaudit-metrics-reader "+
		"--clusterrole=meshaudit-metrics-reader --serviceaccount="+system+":prometheus")
	token := operatortesting.Account(t, w.Env, system, "prometheus").BearerToken
	w.prometheus = promtesting.Start(t, promtesting.Config(t, w.metrics, token, hasty(t), nil))
}

// hasty writes the rules that config/prometheus has, from the same source, with
// durations of a second.
func hasty(t *testing.T) string {
	t.Helper()
	text, err := alerts.Files()["config/prometheus/rules.yaml"]()
	if err != nil {
		t.Fatal(err)
	}
	var rules struct {
		Groups []struct {
			Name  string           `json:"name"`
			Rules []map[string]any `json:"rules"`
		} `json:"groups"`
	}
	if err := yaml.UnmarshalStrict(text, &rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.Groups[0].Rules {
		for _, duration := range []string{"for", "keep_firing_for"} {
			if r[duration] != nil {
				r[duration] = "1s"
			}
		}
	}
	if text, err = yaml.Marshal(rules); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// counts waits until an expression gives one series, of that value.
func (w *world) counts(t *testing.T, expr string, want float64) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		got, err := w.prometheus.Query(t, expr)
		if err == nil && (len(got) != 1 || got[0].Value != want) {
			err = fmt.Errorf("%s gives %v, want %v", expr, got, want)
		}
		return err
	})
}

// is waits until the alert about the shop is in that state.
func (w *world) is(t *testing.T, alert, want string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		all, err := w.prometheus.Alerts(t)
		is := inactive
		for _, a := range all {
			if a.Labels["alertname"] == alert && a.Labels["namespace"] == "shop" {
				is = a.State
			}
		}
		if err == nil && is != want {
			err = fmt.Errorf("%s is %q, want %q", alert, is, want)
		}
		return err
	})
}
