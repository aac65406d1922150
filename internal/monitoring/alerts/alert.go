package alerts

import (
	"slices"
	"time"
)

// Severity is the label severity of an alert, by which it is routed.
type Severity string

// The severities of alerts, in the words that are usual for Kubernetes.
const (
	Critical Severity = "critical" // somebody should get up
	Warning  Severity = "warning"  // somebody should look within working hours
	Info     Severity = "info"     // for a dashboard or a channel
)

// Alert is one alert rule.
type Alert struct {
	Name string
	// Expr is PromQL; what it returns is what is alarming.
	Expr string
	// For is how long that must last before the alert fires, KeepFiring how
	// long it fires on when that ends.
	For, KeepFiring time.Duration
	Severity        Severity
	// Summary and Description are Go templates in Prometheus' sense.
	Summary, Description string
	// Threshold says why the bound and the durations are what they are.
	Threshold string
}

const runbooks = "https://github.com/meshaudit/meshaudit/blob/main/docs/runbooks/"

// Runbook is the address of the page that says what to do.
func (a *Alert) Runbook() string { return runbooks + a.Name + ".md" }

// All lists the alerts: about findings, about what silences them, about how far
// they can be trusted, and about the operator.
func All() []Alert { return slices.Concat(findings, exceptions, trust, operator) }

// cluster is the part of a text that names the cluster, where a label does.
const cluster = "{{ with $labels.cluster }} of cluster {{ . }}{{ end }}"
