// Package namespacenotfound flags AuthorizationPolicies that name namespaces
// which do not exist.
package namespacenotfound

import (
	"fmt"

	security "istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags sources in namespaces that do not exist.
var Analyzer = &analysis.Analyzer{
	Name:     "namespacenotfound",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An AuthorizationPolicy names a source namespace that does not exist",
	Why: "The rule never meets a request from there: whom it should let in stays out, whom it should deny gets in, and " +
		"whoever may make a namespace of that name later has what it grants.",
	Fix:         "Correct the name (`kubectl get namespaces` lists them), or take it out of the policy.",
	Equivalents: []string{"IST0101", "KIA0101"},
	Subject:     kinds.AuthorizationPolicies.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	policy := kinds.AuthorizationPolicies.Of(p.Subject())
	if !policy.Deleted.IsZero() {
		return
	}
	for i, rule := range policy.Spec.GetRules() {
		for j, from := range rule.GetFrom() {
			at := fmt.Sprintf("spec.rules[%d].from[%d].source", i, j)
			check(p, policy, at+".namespaces", from.GetSource().GetNamespaces())
			check(p, policy, at+".notNamespaces", from.GetSource().GetNotNamespaces())
		}
	}
}

func check(p *analysis.Pass, policy *kinds.AuthorizationPolicy, list string, patterns []string) {
	for i, pattern := range patterns {
		if mesh.NamespaceFits(p, pattern) || mesh.RemoteClusters(p) {
			continue
		}
		f := p.Report(fmt.Sprintf("%s[%d]", list, i),
			"namespace %q does not exist, so this part of the %s policy meets no request",
			pattern, policy.Spec.GetAction()).Key(pattern)
		if policy.Spec.GetAction() == security.AuthorizationPolicy_DENY {
			f.At(analysis.High)
		}
	}
}
