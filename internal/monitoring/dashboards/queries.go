package dashboards

import "fmt"

// severities that call for somebody, worst first, with the color of each.
var severities = []struct{ name, color string }{
	{"Critical", "dark-red"}, {"High", "dark-orange"}, {"Medium", "dark-yellow"}, {"Low", "dark-blue"},
}

// Selectors by the variables.
const (
	inClusters   = `cluster=~"$cluster"`
	inNamespaces = inClusters + `, namespace=~"$namespace"`
	ofSeverities = `severity=~"Critical|High|Medium|Low"`
)

// findings counts those of a severity by cluster and namespace.
func findings(severity string) string {
	return fmt.Sprintf(`max by (cluster, namespace) (meshaudit_findings{%s, severity=%q})`, inNamespaces, severity)
}

// severityTrend counts findings by severity.
const severityTrend = `sum by (severity) (max by (cluster, namespace, severity) (` +
	`meshaudit_findings{` + inNamespaces + `, ` + ofSeverities + `}))`

// byNamespace counts findings by namespace; those of the cluster's own report
// have none.
func byNamespace(severity string) string {
	return orElse("namespace", "(cluster)", findings(severity))
}

func byCluster(severity string) string { return `sum by (cluster) (` + findings(severity) + `)` }

// byOwner counts findings by the owner of their namespace.
func byOwner(severity string) string {
	return orElse("owner", "(none)", `sum by (owner) (`+findings(severity)+` * on (cluster, namespace) group_left (owner)
  topk by (cluster, namespace) (1, max by (cluster, namespace, owner) (meshaudit_namespace_info{`+inNamespaces+`})))`)
}

// byCategory counts findings by category, with zeros where another severity
// has some.
func byCategory(severity string) string {
	return categories(`, severity="`+severity+`"`) + ` or 0 * ` + categories("")
}

func categories(selector string) string {
	return `sum by (category) (max by (cluster, namespace, category, severity) (` +
		`meshaudit_namespace_category_findings{` + inNamespaces + selector + `}))`
}

// orElse gives a label that is not there a value.
func orElse(label, value, expr string) string {
	return fmt.Sprintf(`label_replace(%s, %q, %q, %[2]q, "")`, expr, label, value)
}

// quantiles are two lines of a histogram.
func quantiles(histogram string) []Query {
	line := func(q string) string {
		return fmt.Sprintf(`histogram_quantile(%s, sum by (cluster, le) (rate(%s_bucket{%s}[$__rate_interval])))`,
			q, histogram, inClusters)
	}
	return []Query{{line("0.5"), "{{cluster}} median"}, {line("0.99"), "{{cluster}} 99 %"}}
}

// ofOperator takes from metrics that any program may have those of MeshAudit.
func ofOperator(expr string) string {
	return expr + ` and on (cluster, instance) meshaudit_build_info{` + inClusters + `}`
}
