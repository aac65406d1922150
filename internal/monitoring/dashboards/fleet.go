package dashboards

var fleet = Dashboard{
	UID: "meshaudit-fleet", Title: "MeshAudit / Fleet overview",
	Description: "What MeshAudit finds, in all clusters and namespaces.",
	Panels: []Panel{
		stat("Critical", "Findings that mean harm now.", total("Critical"), 1),
		stat("High", "Findings that the next restart, rollout or request turns into harm.", total("High"), 1),
		stat("Medium", "Configuration without effect, conflicts, and weakened security.", total("Medium"), 0),
		stat("Low", "What is fragile, deprecated or wasteful.", total("Low"), 0),
		stat("Suppressed", "Findings that stay in the reports and count nowhere else.",
			`sum(max by (cluster, namespace) (meshaudit_suppressed_findings{`+inNamespaces+`}))`, 0),
		stat("Checks not evaluated", "Checks that could not run somewhere; what they would find is not known. Those "+
			"that the policy switches off are not counted.",
			`sum(max by (cluster, reason) (meshaudit_checks_not_evaluated{`+inClusters+`, reason!="Off"}))`, 1),
		series("Findings over time", "Findings by severity; a step up is news.", count,
			Query{severityTrend, "{{severity}}"}).stacked(),
		bars("Top checks", "The checks with the most findings, in all namespaces; docs/checks.md explains each.",
			`topk(15, sum by (check, severity) (max by (cluster, check, severity) (`+
				`meshaudit_check_findings{`+inClusters+`, `+ofSeverities+`})))`, "{{check}} ({{severity}})").high(8),
		series("Findings opened", "Findings that appeared, by severity; those that an exception silences are none.", count,
			Query{increaseBy("severity", "meshaudit_findings_opened_total"), "{{severity}}"}).stacked(),
		series("Findings resolved", "Findings that counted and are gone, by severity.", count,
			Query{increaseBy("severity", "meshaudit_findings_resolved_total"), "{{severity}}"}).stacked(),
		table("By namespace", "Findings by the namespace of their report; (cluster) is the cluster's own.", byNamespace),
		table("By owner", "Findings by the team that owns their namespace, as the label says that the policy's ownerLabel "+
			"names. Those of the cluster's own report have no owner and are not counted.", byOwner),
		table("By category", "Findings by what they are about.", byCategory),
		table("By cluster", "Findings by cluster, where Prometheus gives its series a label cluster.", byCluster),
		series("Exceptions", "MeshAuditExceptions by what they do: of those that are Unused, the problem is gone, or the "+
			"policy does not let them silence it.", count,
			Query{`sum by (state) (max by (cluster, state) (meshaudit_exceptions{` + inClusters + `}))`, "{{state}}"}),
		series("Exceptions that expire", "Time until the first ones expire; findings that they silence count again then.",
			seconds, Query{`bottomk(10, max by (cluster, namespace, name) (meshaudit_exception_expiry_timestamp_seconds{` +
				inNamespaces + `}) - time())`, "{{cluster}} {{namespace}}/{{name}}"}),
	},
}

// increaseBy is how much a counter grew in the interval; each replica counts
// what it did itself.
func increaseBy(label, counter string) string {
	return `sum by (` + label + `) (increase(` + counter + `{` + inClusters + `}[$__rate_interval]))`
}

func total(severity string) string { return `sum(` + findings(severity) + `)` }

func (p Panel) high(h int) Panel { p.Height = h; return p }
