package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Description is what the reference says of a metric.
type Description struct {
	Name   string
	Type   string // gauge, counter or histogram
	Labels []string
	Help   string
}

// Descriptions lists the metrics by name.
func Descriptions() []Description {
	list := slices.Clone(table)
	slices.SortFunc(list, func(a, b Description) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// table is filled by define.
var table []Description

func define(name, kind, help string, labels ...string) *prometheus.Desc {
	table = append(table, Description{Name: name, Type: kind, Labels: labels, Help: help})
	return prometheus.NewDesc(name, help, labels, nil)
}

// Names of the metrics that are not made from their description.
const (
	evaluationName = "meshaudit_evaluation_duration_seconds"
	reportedName   = "meshaudit_change_to_report_seconds"
	writesName     = "meshaudit_report_writes_total"
	openedName     = "meshaudit_findings_opened_total"
	resolvedName   = "meshaudit_findings_resolved_total"
	eventsName     = "meshaudit_events_total"
	driftName      = "meshaudit_engine_drift_total"
)

// Metrics about findings and proxies; the leader's.
var (
	findingsDesc = define("meshaudit_findings", "gauge",
		"Findings that nothing suppresses, by the namespace of their report; the cluster's has no namespace.",
		"namespace", "severity")
	categoryDesc = define("meshaudit_category_findings", "gauge",
		"Findings that nothing suppresses, by category.", "category", "severity")
	namespaceCategoryDesc = define("meshaudit_namespace_category_findings", "gauge",
		"Findings that nothing suppresses, by namespace and category, where there are any.",
		"namespace", "category", "severity")
	checkDesc = define("meshaudit_check_findings", "gauge",
		"Findings that nothing suppresses, by check, where there are any.", "check", "severity")
	infoDesc = define("meshaudit_finding_info", "gauge",
		"Objects about which a check has a finding; only if the policy asks for it.",
		"check", "severity", "namespace", "kind", "name")
	suppressedDesc = define("meshaudit_suppressed_findings", "gauge",
		"Findings that something suppresses.", "namespace")
	exceptionsDesc = define("meshaudit_exceptions", "gauge",
		"Exceptions: those that silence a finding, those that silence none, and those that have expired.", "state")
	expiryDesc = define("meshaudit_exception_expiry_timestamp_seconds", "gauge",
		"Time at which an exception expires that has not yet; none of one that never does.", "namespace", "name")
	ownerDesc = define("meshaudit_namespace_info", "gauge",
		"Audited namespaces and the team that owns each.", "namespace", "owner")
	blindDesc = define("meshaudit_checks_not_evaluated", "gauge",
		"Checks that could not run somewhere in the cluster, by the reason, save for want of a source that the "+
			"policy does not require.", "reason")
	truncatedDesc = define("meshaudit_report_truncated_findings", "gauge",
		"Findings that are counted in a report and not listed, to keep it small.")
	successDesc = define("meshaudit_last_success_timestamp_seconds", "gauge",
		"Time at which the reports last showed what is known; it stands still while one of them cannot be written.")
	proxiesDesc = define("meshaudit_namespace_proxies", "gauge",
		"Containers istio-proxy (sidecars, gateways, waypoints, ztunnel) of Pods that have not ended, where there are any.",
		"namespace")
	reservedCPUDesc = define("meshaudit_proxy_reserved_cpu_cores", "gauge",
		"Processor time that the containers istio-proxy of Pods that have not ended request.", "namespace")
	reservedMemoryDesc = define("meshaudit_proxy_reserved_memory_bytes", "gauge",
		"Memory that the containers istio-proxy of Pods that have not ended request.", "namespace")
	droppedDesc = define("meshaudit_series_dropped", "gauge",
		"Series about findings and proxies that the scrape left out, because they are more than the policy allows.")
)

// Metrics of every replica.
var (
	objectsDesc = define("meshaudit_objects", "gauge", "Objects that are held for auditing.", "kind")
	sourceDesc  = define("meshaudit_source_up", "gauge",
		"Whether anything can be read from a source that is not switched off.", "source")
	sourceSuccessDesc = define("meshaudit_source_last_success_timestamp_seconds", "gauge",
		"Time at which a source outside the cluster last answered; told by the leader.", "source")
	buildDesc = define("meshaudit_build_info", "gauge", "The running program.", "version", "goversion")
	driftDesc = define(driftName, "counter",
		"Subjects whose remembered result differed from a fresh evaluation; must stay 0.")
	_ = define(writesName, "counter", "Writes of reports, by their result.", "result")
	_ = define(openedName, "counter",
		"Findings that a report of this replica showed and the one before did not, save those that something suppresses.",
		"severity")
	_ = define(resolvedName, "counter",
		"Findings that nothing suppressed and a report of this replica showed no longer, because they are right or their "+
			"object is gone.", "severity")
	_ = define(eventsName, "counter",
		"Kubernetes Events about findings of severity High and Critical, by what became of them; too many are dropped.",
		"result")
	_ = define(evaluationName, "histogram", "Time that a step of the engine evaluated.")
	_ = define(reportedName, "histogram", "Time from a change of the findings to the report that shows it.")
)

// help finds the help text of a metric.
func help(name string) string {
	i := slices.IndexFunc(table, func(d Description) bool { return d.Name == name })
	return table[i].Help
}
