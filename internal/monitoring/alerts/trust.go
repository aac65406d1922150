package alerts

import "time"

var trust = []Alert{
	{
		Name:     "MeshAuditStale",
		Expr:     `time() - max by (cluster) (meshaudit_last_success_timestamp_seconds) > 600`,
		For:      5 * time.Minute,
		Severity: Warning,
		Summary:  "The reports" + cluster + " do not show the present",
		Description: "For {{ $value | humanizeDuration }} the reports" + cluster +
			" have not shown what MeshAudit knows: at least one cannot be written.",
		Threshold: "Reports follow a change within seconds. Fifteen minutes in all leave out an API server that is " +
			"restarted or upgraded.",
	},
	{
		Name:     "MeshAuditSourceDown",
		Expr:     sourceDown,
		For:      10 * time.Minute,
		Severity: Warning,
		Summary:  "Nothing can be read from {{ $labels.source }}" + cluster,
		Description: "MeshAudit can read nothing from the source {{ $labels.source }}" + cluster +
			". Findings that depend on it stand still, marked as stale.",
		Threshold: "Ten minutes leave out restarts and short throttling. A source outside the cluster counts only if the " +
			"policy requires it, which shows by checks that were not evaluated for want of it: a cluster where AWS is " +
			"merely tried (mode Auto) is no alarm.",
	},
	{
		Name:     "MeshAuditChecksNotEvaluated",
		Expr:     `max by (cluster, reason) (meshaudit_checks_not_evaluated{reason!="Off"}) > 0`,
		For:      15 * time.Minute,
		Severity: Warning,
		Summary:  "{{ $value }} checks" + cluster + " cannot run: {{ $labels.reason }}",
		Description: "{{ $value }} checks could not run somewhere in the cluster" + cluster +
			", for the reason {{ $labels.reason }}. What they would find is not known; it does not count as absent.",
		Threshold: "One is enough, as silence would look like health. Fifteen minutes leave out a start and a kind that " +
			"was just installed. What the policy switches off (reason Off) is no alarm.",
	},
	{
		Name:     "MeshAuditReportsTruncated",
		Expr:     `max by (cluster) (meshaudit_report_truncated_findings) > 0`,
		For:      15 * time.Minute,
		Severity: Info,
		Summary:  "{{ $value }} findings" + cluster + " are counted and not listed",
		Description: "Reports" + cluster +
			" are full: {{ $value }} findings, the least severe ones, are counted and not listed.",
		Threshold: "The counts stay exact, so this wakes nobody. Fifteen minutes leave out findings that a rollout shows " +
			"in passing.",
	},
	{
		Name:     "MeshAuditSeriesDropped",
		Expr:     `max by (cluster) (meshaudit_series_dropped) > 0`,
		For:      15 * time.Minute,
		Severity: Warning,
		Summary:  "{{ $value }} series" + cluster + " are missing from the metrics",
		Description: "There are more series about findings than the policy allows; {{ $value }}" + cluster +
			" are left out. Namespaces without series raise no alert.",
		Threshold: "One is enough, as it may be the one of a critical finding. Fifteen minutes leave out a burst of " +
			"findings.",
	},
	{
		Name:     "MeshAuditEngineDrift",
		Expr:     `max by (cluster) (increase(meshaudit_engine_drift_total[6h])) > 0`,
		Severity: Warning,
		Summary:  "MeshAudit" + cluster + " corrected itself",
		Description: "A fresh evaluation differed from what MeshAudit" + cluster +
			" remembered. It took the fresh one; a finding may have come or gone too late.",
		Threshold: "This counter must stay 0: each drift is a bug of MeshAudit's, and is over when it is seen. Hence no " +
			"delay, and six hours so that somebody sees it.",
	},
}

const sourceDown = `min by (cluster, source) (meshaudit_source_up{source="kubernetes"}) == 0
or
min by (cluster, source) (meshaudit_source_up{source!="kubernetes"}) == 0
  and on (cluster) max by (cluster) (meshaudit_checks_not_evaluated{reason="SourceUnavailable"}) > 0`
