// Package nomatchingworkload flags AuthorizationPolicies that guard nothing.
package nomatchingworkload

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags AuthorizationPolicies whose selector chooses no workload.
var Analyzer = &analysis.Analyzer{
	Name:     "nomatchingworkload",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An AuthorizationPolicy selects no workload",
	Why:      "The policy applies to nothing, so that what it should guard is open, or closed, by whatever else there is.",
	Fix: "Write labels of the Pods (`kubectl get pods --show-labels`), in the namespace of the workload, or delete the policy " +
		"if the workload is gone.",
	Equivalents: []string{"IST0127", "KIA0004"},
	Subject:     kinds.AuthorizationPolicies.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	policy := kinds.AuthorizationPolicies.Of(p.Subject())
	selector := policy.Spec.GetSelector().GetMatchLabels()
	if !policy.Deleted.IsZero() || len(selector) == 0 || mesh.SelectsTarget(p, policy.Namespace, selector) {
		return
	}
	elsewhere := mesh.SelectsTarget(p, "", selector)
	if elsewhere && mesh.RootNamespace(p) == policy.Namespace || mesh.RemoteClusters(p) {
		return // a policy of the root namespace is for all namespaces
	}
	more := ""
	if elsewhere {
		more = ", only of others, for which the policy is not"
	}
	p.Report("spec.selector.matchLabels", "no workload of namespace %s has these labels%s", policy.Namespace, more)
}
