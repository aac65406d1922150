package dashboards

var namespace = Dashboard{
	UID: "meshaudit-namespace", Title: "MeshAudit / Namespace", OneNamespace: true,
	Description: "What MeshAudit finds in one namespace, and what its proxies reserve.",
	Panels: []Panel{
		stat("Critical", "Findings that mean harm now.", total("Critical"), 1),
		stat("High", "Findings that the next restart, rollout or request turns into harm.", total("High"), 1),
		stat("Medium", "Configuration without effect, conflicts, and weakened security.", total("Medium"), 0),
		stat("Low", "What is fragile, deprecated or wasteful.", total("Low"), 0),
		stat("Suppressed", "Findings that stay in the report and count nowhere else.",
			`sum(max by (cluster, namespace) (meshaudit_suppressed_findings{`+inNamespaces+`}))`, 0),
		stat("Owner", "The team that owns the namespace, as the label says that the policy's ownerLabel names.",
			orElse("owner", "(none)", `max by (owner) (meshaudit_namespace_info{`+inNamespaces+`})`), 0).
			names().legend("{{owner}}"),
		series("Findings over time", "Findings by severity; a step up is news.", count,
			Query{severityTrend, "{{severity}}"}).stacked(),
		table("By category", "Findings by what they are about.", byCategory).high(8),
		objects,
		series("Proxies", "Containers istio-proxy of Pods that have not ended.", count,
			Query{perNamespace("meshaudit_namespace_proxies"), "{{cluster}} proxies"}),
		series("Processor time of proxies", "What the proxies request, in cores.", cores,
			Query{perNamespace("meshaudit_proxy_reserved_cpu_cores"), "{{cluster}} cores"}),
		series("Memory of proxies", "What the proxies request.", bytes,
			Query{perNamespace("meshaudit_proxy_reserved_memory_bytes"), "{{cluster}} memory"}),
	},
}

// objects is by object what the report says by finding.
var objects = Panel{
	Type: Table, Title: "Objects with findings", Unit: count, Width: 12, Height: 8,
	Description: "Objects and the checks that have a finding about them. Empty unless the policy says " +
		"spec.metrics.findingInfo: true; kubectl get meshauditreport mesh-audit -o yaml shows them always.",
	Queries: []Query{{
		`max by (severity, check, kind, name) (meshaudit_finding_info{` + inNamespaces + `})`, "Findings",
	}},
}

func perNamespace(metric string) string {
	return `sum by (cluster) (max by (cluster, namespace) (` + metric + `{` + inNamespaces + `}))`
}
