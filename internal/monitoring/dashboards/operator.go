package dashboards

var operator = Dashboard{
	UID: "meshaudit-operator", Title: "MeshAudit / Operator health",
	Description: "Whether what MeshAudit says can be trusted, and how it fares.",
	Panels: []Panel{
		stat("Replicas", "Replicas that answer, by version.",
			`count by (cluster, version) (meshaudit_build_info{`+inClusters+`})`, 0).legend("{{cluster}} {{version}}"),
		stat("Leader", "The replica that writes reports and tells of findings.",
			`max by (cluster, pod) (`+ofOperator(`leader_election_master_status{name="meshaudit"}`)+`) == 1`, 0).
			names().legend("{{cluster}} {{pod}}"),
		stat("Reports behind", "Time since which a report does not show what is known; seconds if all do.",
			`time() - max by (cluster) (meshaudit_last_success_timestamp_seconds{`+inClusters+`})`, 600).
			unit(seconds).legend("{{cluster}}"),
		stat("Drift", "Evaluations that corrected what was remembered. Each is a bug of MeshAudit's.",
			`max by (cluster) (increase(meshaudit_engine_drift_total{`+inClusters+`}[$__range]))`, 1).legend("{{cluster}}"),
		stat("Findings not listed", "Findings that are counted in a report and not listed, to keep it small.",
			`max by (cluster) (meshaudit_report_truncated_findings{`+inClusters+`})`, 1).legend("{{cluster}}"),
		stat("Series dropped", "Series that are missing here, as there are more than the policy allows.",
			`max by (cluster) (meshaudit_series_dropped{`+inClusters+`})`, 1).legend("{{cluster}}"),
		series("Checks not evaluated", "Checks that could not run somewhere, by the reason.", count,
			Query{`max by (cluster, reason) (meshaudit_checks_not_evaluated{` + inClusters + `})`, "{{cluster}} {{reason}}"}).
			stacked(),
		series("Sources", "Whether anything can be read from a source: 1 if so for every replica.", count,
			Query{`min by (cluster, source) (meshaudit_source_up{` + inClusters + `})`, "{{cluster}} {{source}}"}),
		series("Age of what AWS said", "Time since a service of AWS last answered.", seconds, Query{
			`time() - max by (cluster, source) (meshaudit_source_last_success_timestamp_seconds{` + inClusters + `})`,
			"{{cluster}} {{source}}",
		}),
		series("Time from change to report", "Time from a change of the findings to the report that shows it.", seconds,
			quantiles("meshaudit_change_to_report_seconds")...),
		series("Time of an evaluation", "Time that a step of the engine took, on all replicas.", seconds,
			quantiles("meshaudit_evaluation_duration_seconds")...),
		series("Writes of reports", "Writes by their result; a steady cluster has none.", writes,
			Query{rateBy("result", `meshaudit_report_writes_total{`+inClusters+`}`), "{{result}}"}),
		series("Evaluations", "Steps of the engine that evaluated something.", events,
			Query{rateBy("pod", `meshaudit_evaluation_duration_seconds_count{`+inClusters+`}`), "{{pod}}"}),
		series("Objects", "The kinds of which most objects are held for auditing.", count,
			Query{`topk(15, max by (cluster, kind) (meshaudit_objects{` + inClusters + `}))`, "{{cluster}} {{kind}}"}),
		series("Requests to the API server", "Requests by the status of the answer.", request,
			Query{`sum by (code) (` + ofOperator(`rate(rest_client_requests_total[$__rate_interval])`) + `)`, "{{code}}"}),
		series("Memory", "Resident memory of each replica.", bytes,
			Query{`max by (cluster, pod) (` + ofOperator(`process_resident_memory_bytes`) + `)`, "{{cluster}} {{pod}}"}),
		series("Processor time", "Cores that each replica uses.", cores,
			Query{
				`max by (cluster, pod) (` + ofOperator(`rate(process_cpu_seconds_total[$__rate_interval])`) + `)`,
				"{{cluster}} {{pod}}",
			}),
	},
}

func rateBy(label, selector string) string {
	return `sum by (` + label + `) (rate(` + selector + `[$__rate_interval]))`
}
