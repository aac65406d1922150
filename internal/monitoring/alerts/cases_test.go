package alerts_test

import (
	"maps"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
)

// moment is what an alert does at one time of a case.
type moment struct {
	at    string
	fires []firing
}

// firing is one alert that fires, with its labels beside name and severity.
type firing struct {
	labels  map[string]string
	summary string
	details string
}

// example is a story of one alert, by series with a sample a minute.
type example struct {
	alert, name string
	series      map[string]string
	moments     []moment
}

type labels = map[string]string

// expected is the alert in the form of promtool's tests.
func (f *firing) expected(a *alerts.Alert) map[string]any {
	all := labels{"severity": string(a.Severity)}
	maps.Copy(all, f.labels)
	return map[string]any{"exp_labels": all, "exp_annotations": labels{
		"summary": f.summary, "description": f.details, "threshold": a.Threshold, "runbook_url": a.Runbook(),
	}}
}

func (e *example) group(a *alerts.Alert) map[string]any {
	series := []labels{}
	for name, values := range e.series {
		series = append(series, labels{"series": name, "values": values})
	}
	tests := []any{}
	for _, m := range e.moments {
		expected := []any{}
		for i := range m.fires {
			expected = append(expected, m.fires[i].expected(a))
		}
		tests = append(tests, map[string]any{"eval_time": m.at, "alertname": e.alert, "exp_alerts": expected})
	}
	return map[string]any{
		"name": e.alert + ": " + e.name, "interval": "1m", "input_series": series, "alert_rule_test": tests,
	}
}
