package dashboards

var appMesh = Dashboard{
	UID: "meshaudit-appmesh", Title: "MeshAudit / App Mesh retirement",
	Description: "What is left of AWS App Mesh, what stands in the way of leaving it, and how far Istio has come.",
	Panels: []Panel{
		stat("App Mesh objects", "Objects of App Mesh's kinds; 0 is the aim.",
			`sum(max by (cluster, kind) (meshaudit_objects{`+inClusters+`, `+appMeshKinds+`}))`, 0),
		stat("Namespaces concerned", "Namespaces with a finding about App Mesh or the move to Istio.",
			`count(sum by (cluster, namespace) (meshaudit_namespace_category_findings{`+inNamespaces+`, `+retiring+`}))`, 0),
		stat("Istio proxies", "Containers istio-proxy of Pods that have not ended.",
			`sum(max by (cluster, namespace) (meshaudit_namespace_proxies{`+inNamespaces+`}))`, 0),
		{
			Type: BarGauge, Title: "Findings by check", Unit: count, Width: 12, Height: 4,
			Description: "Findings about App Mesh and the move to Istio, in all namespaces.",
			Queries: []Query{{
				`sum by (check, severity) (max by (cluster, check, severity) (` +
					`meshaudit_check_findings{` + inClusters + `, check=~"(appmesh|migration|aws)/.+"}))`, "{{check}} ({{severity}})",
			}},
		},
		series("Objects left", "Objects of App Mesh's kinds, by kind.", count,
			Query{
				`sum by (kind) (max by (cluster, kind) (meshaudit_objects{` + inClusters + `, ` + appMeshKinds + `}))`,
				"{{kind}}",
			}).stacked(),
		series("Findings over time", "Findings about App Mesh and the move to Istio, by severity.", count,
			Query{retiringBy("severity", ""), "{{severity}}"}).stacked(),
		table("By namespace", "Findings about App Mesh and the move to Istio; (cluster) is the cluster's own report.",
			func(severity string) string {
				by := "cluster, namespace"
				return orElse("namespace", "(cluster)",
					retiringBy(by, `, severity="`+severity+`"`)+` or 0 * `+retiringBy(by, ""))
			}),
		series("AWS", "Whether AWS answers, by service: 1 if so. Nothing where AWS is not asked.", count,
			Query{
				`min by (cluster, source) (meshaudit_source_up{` + inClusters + `, source!="kubernetes"})`,
				"{{cluster}} {{source}}",
			}).high(10),
	},
}

// What the dashboard is about.
const (
	appMeshKinds = `kind=~".+\\.appmesh\\.k8s\\.aws"`
	retiring     = `category=~"appmesh|migration|aws"`
)

func retiringBy(labels, selector string) string {
	return `sum by (` + labels + `) (max by (cluster, namespace, category, severity) (` +
		`meshaudit_namespace_category_findings{` + inNamespaces + `, ` + retiring + selector + `}))`
}
