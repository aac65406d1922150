package alerts

import "time"

var operator = []Alert{
	{
		Name:     "MeshAuditAbsent",
		Expr:     absent,
		For:      10 * time.Minute,
		Severity: Warning,
		Summary:  "MeshAudit" + cluster + " is not there",
		Description: "Prometheus gets no metrics from MeshAudit" + cluster +
			": nothing is audited, or nobody hears of it. Reports show the past.",
		Threshold: "Ten minutes leave out an update of the Deployment and a drained node. A cluster among several counts " +
			"for a day after it was last seen.",
	},
	{
		Name:     "MeshAuditLeaderAbsent",
		Expr:     `group by (cluster) (meshaudit_build_info) unless on (cluster) meshaudit_last_success_timestamp_seconds`,
		For:      10 * time.Minute,
		Severity: Warning,
		Summary:  "No replica of MeshAudit" + cluster + " tells of findings",
		Description: "MeshAudit" + cluster + " runs, and no replica leads, has read the cluster and has written the " +
			"reports once. There are no metrics about findings.",
		Threshold: "A fail-over takes seconds and a start a minute or two; ten minutes are neither.",
	},
	{
		Name:     "MeshAuditReportWritesFailing",
		Expr:     `max by (cluster) (increase(meshaudit_report_writes_total{result="failed"}[5m])) > 0`,
		For:      15 * time.Minute,
		Severity: Warning,
		Summary:  "MeshAudit" + cluster + " cannot write reports",
		Description: "For a quarter of an hour writes of reports" + cluster +
			" have failed again and again. What kubectl shows is out of date.",
		Threshold: "A write that failed is tried again within a minute, so that a single failure leaves the window of five " +
			"minutes at once. Fifteen minutes leave out an API server that is upgraded.",
	},
}

const absent = `absent(meshaudit_build_info)
or
group by (cluster) (max_over_time(meshaudit_build_info[1d])) unless on (cluster) meshaudit_build_info`
