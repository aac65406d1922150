package monitoring_test

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/monitoring/dashboards"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

// A real Prometheus scrapes a real operator, which audits the samples on a real
// API server.
func TestMonitoring(t *testing.T) {
	w := newWorld(t)
	p := promtesting.Start(t, w.scrape(t, w.operate(t)))
	w.edit(t)
	for _, d := range dashboards.All() {
		t.Run(d.Title, func(t *testing.T) { tryDashboard(t, p, &d) })
	}
	t.Run("variables have values", func(t *testing.T) { tryVariables(t, p) })
	t.Run("alerts name what is audited", func(t *testing.T) { tryAlerts(t, p) })
	t.Run("what the runbooks say can be done", func(t *testing.T) { w.tryRunbooks(t) })
	t.Run("dashboards are ConfigMaps", func(t *testing.T) { w.tryConfigMaps(t) })
}

// tryDashboard holds that every query of every panel gives data, by metrics
// that exist.
func tryDashboard(t *testing.T, p *promtesting.Server, d *dashboards.Dashboard) {
	t.Helper()
	for _, panel := range d.Panels {
		for _, q := range panel.Queries {
			envtesting.WaitFor(t, func() error {
				if err := gives(t, p, fill(d, q.Expr)); err != nil {
					return fmt.Errorf("panel %q: %w", panel.Title, err)
				}
				return nil
			})
		}
	}
	all, err := p.Names(t, "job", job)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names(d) {
		if !slices.Contains(all, name) {
			t.Errorf("no series of %s", name)
		}
	}
}

// fill is an expression with values for the variables. The intervals outlast the
// test, so that what happened once counts until its end.
func fill(d *dashboards.Dashboard, expr string) string {
	namespace := ".*"
	if d.OneNamespace {
		namespace = busy
	}
	return strings.NewReplacer("$cluster", ".*", "$namespace", namespace, "$__rate_interval", "10m", "$__range", "10m").
		Replace(expr)
}

func gives(t *testing.T, p *promtesting.Server, expr string) error {
	t.Helper()
	found, err := p.Query(t, expr)
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return fmt.Errorf("%s gives nothing", expr)
	case !slices.ContainsFunc(found, func(s promtesting.Sample) bool { return !math.IsNaN(s.Value) }):
		return fmt.Errorf("%s gives no number", expr)
	}
	return nil
}

var metricName = regexp.MustCompile(`\b(meshaudit|process|rest_client|leader_election)_\w+`)

func names(d *dashboards.Dashboard) (list []string) {
	for _, panel := range d.Panels {
		for _, q := range panel.Queries {
			list = append(list, metricName.FindAllString(q.Expr, -1)...)
		}
	}
	return list
}

func tryVariables(t *testing.T, p *promtesting.Server) {
	t.Helper()
	for _, v := range []struct{ metric, label, value string }{
		{"meshaudit_build_info", "cluster", cluster}, {`meshaudit_findings{cluster=~".*"}`, "namespace", busy},
	} {
		values, err := p.Values(t, v.metric, v.label)
		if err != nil || !slices.Contains(values, v.value) || slices.Contains(values, system) && v.label == "cluster" {
			t.Errorf("label %s of %s has the values %q, want %q among them: %v", v.label, v.metric, values, v.value, err)
		}
	}
}

// tryAlerts holds that an alert is about the namespace that is audited, not
// about that of the operator, which Prometheus gives its target; and that the
// cluster's own report has none.
func tryAlerts(t *testing.T, p *promtesting.Server) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		pending, err := p.Alerts(t)
		return errors.Join(err,
			alarmed(pending, "MeshAuditCriticalFinding", "namespace", "sample-exposure"))
	})
	cluster, err := p.Query(t, `meshaudit_findings{namespace="", severity="High"}`)
	if err != nil || len(cluster) != 1 || cluster[0].Value == 0 {
		t.Errorf("the cluster's own report has the findings %v: %v", cluster, err)
	}
	wrong, err := p.Query(t, `{namespace="`+system+`", exported_namespace!=""}`)
	if err != nil || len(wrong) > 0 {
		t.Errorf("labels were renamed: %v, %v", wrong, err)
	}
}

func alarmed(pending []promtesting.Alert, name, label, value string) error {
	if slices.ContainsFunc(pending, func(a promtesting.Alert) bool {
		return a.Labels["alertname"] == name && a.Labels[label] == value && a.Labels["cluster"] == cluster
	}) {
		return nil
	}
	var others []string
	for _, a := range pending {
		others = append(others, fmt.Sprint(a.Labels))
	}
	return fmt.Errorf("no alert %s with %s %q in %q", name, label, value, others)
}
