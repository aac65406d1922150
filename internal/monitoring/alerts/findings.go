package alerts

import "time"

// where is the part of a text that names the report.
const where = "{{ with $labels.namespace }}namespace {{ . }}{{ else }}the cluster's own report{{ end }}" + cluster

// owned adds the label owner to an expression by cluster and namespace, whose
// namespaces are all among those of the metric. What has no owner stays as it
// is. Should a namespace have two owners, while they and the leader change, one
// is taken: an error would be silence.
func owned(expr, metric string) string {
	return `(
` + expr + `
)
* on (cluster, namespace) group_left (owner) (
  topk by (cluster, namespace) (1, max by (cluster, namespace, owner) (meshaudit_namespace_info))
  or on (cluster, namespace)
  group by (cluster, namespace) (` + metric + `)
)`
}

var findings = []Alert{
	{
		Name:     "MeshAuditCriticalFinding",
		Expr:     owned(`  max by (cluster, namespace) (meshaudit_findings{severity="Critical"}) > 0`, "meshaudit_findings"),
		For:      5 * time.Minute,
		Severity: Critical, KeepFiring: 5 * time.Minute,
		Summary: "Critical findings in " + where + ": {{ $value }}",
		Description: "Traffic is failing now, or a sensitive workload is open to strangers now, in " + where +
			". The report says where, and how to mend it.",
		Threshold: "One is enough: critical means harm now. Five minutes leave out what an apply of many files or a " +
			"rollout shows in passing; it fires on for five, so that a restart of MeshAudit does not resolve it.",
	},
	{
		Name:     "MeshAuditHighFindingsRising",
		Expr:     owned(rising, "meshaudit_findings"),
		For:      15 * time.Minute,
		Severity: Warning,
		Summary:  "More high findings than an hour ago in " + where + ": {{ $value }}",
		Description: "The next restart, rollout or request breaks or exposes something in " + where +
			" that did not break an hour ago. The report says where, and how to mend it.",
		Threshold: "What was there an hour ago alarms nobody: new findings are the news, the stock is for the dashboard. " +
			"Compared is with the most in the half hour before, so that a rollout then counts as nothing new. A " +
			"namespace that was not audited then counts from 0. Fifteen minutes are longer than most rollouts.",
	},
}

const rising = `  max by (cluster, namespace) (meshaudit_findings{severity="High"})
    > max by (cluster, namespace) (max_over_time(meshaudit_findings{severity="High"}[30m] offset 1h))
  or
  max by (cluster, namespace) (meshaudit_findings{severity="High"}) > 0
    unless on (cluster, namespace) max_over_time(meshaudit_findings{severity="High"}[30m] offset 1h)
    and on (cluster) max_over_time(meshaudit_findings{severity="High"}[30m] offset 1h)`
