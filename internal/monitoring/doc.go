// Package monitoring is what people are woken by and look at: alert rules and
// dashboards over the metrics of package metrics. Its parts are the sources of
// config/prometheus and config/grafana, which hack/gen writes.
package monitoring
