// Package policywithoutwaypoint flags policies that nobody applies to workloads
// in ambient mode.
package policywithoutwaypoint

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags policies about requests for workloads in ambient mode: without
// targets, by which alone waypoints take them, and for targets without waypoint.
var Analyzer = &analysis.Analyzer{
	Name:     "policywithoutwaypoint",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A policy needs a waypoint, and none applies it to workloads in ambient mode",
	Why: "ztunnel knows connections and no requests: it applies of AuthorizationPolicies what is about connections, and of other " +
		"policies nothing. So tokens are not checked, filters and logs are missing, requests that should pass are refused.",
	Fix: "Put a waypoint before the Service (istioctl waypoint apply -n NAMESPACE, kubectl label service NAME -n NAMESPACE " +
		"istio.io/use-waypoint=waypoint) and name the Service in targetRefs: {kind: Service, group: \"\", name: NAME}.",
	Equivalents: []string{
		"IST0171", "KIA0109", "KIA0110", "KIA1110", "KIA1111", "KIA1112", "KIA1115", "KIA1116", "KIA1117", "KIA1317",
	},
	Subject: kinds.AuthorizationPolicies.Name,
	Also:    mesh.RequestPolicyKinds,
	Run:     run,
}

func run(p *analysis.Pass) {
	policy := mesh.RequestPolicyOf(p.Subject())
	switch {
	case !policy.Deleted.IsZero():
	case len(policy.Targets) > 0:
		targets(p, policy)
	case policy.Field != "":
		workloads(p, policy)
	}
}

func targets(p *analysis.Pass, policy mesh.RequestPolicy) {
	for _, t := range policy.Targets {
		if ref, unserved := policy.Unserved(p, t); unserved {
			p.Report(t.Field, "no waypoint takes the requests to %s, so that nobody applies the policy", ref).
				Key(t.Name).At(severity(policy)).Relate(ref).
				FixBy("Put a waypoint before it: %s.", mesh.UseWaypoint(ref))
		}
	}
}

func workloads(p *analysis.Pass, policy mesh.RequestPolicy) {
	workload, others := policy.InAmbientMode(p)
	switch {
	case workload.Name == "":
	case policy.ReachesWaypoints():
		if !others && !mesh.UsesWaypoint(p, policy.Namespace) && mesh.RootNamespace(p) != policy.Namespace {
			p.Report(policy.Field, "nothing in namespace %s has a waypoint or a sidecar, and ztunnel, which carries %s, %s",
				policy.Namespace, workload, policy.Lost).At(analysis.Low).Relate(workload)
		}
	case others:
		p.Report(policy.Field, "without targetRefs no waypoint takes the policy, and ztunnel, which carries some of the "+
			"workloads that it is for, such as %s, %s", workload, policy.Lost).At(severity(policy) - 1).Relate(workload)
	default:
		p.Report(policy.Field, "without targetRefs no waypoint takes the policy, and ztunnel, which carries %s, %s",
			workload, policy.Lost).At(severity(policy)).Relate(workload)
	}
}

// severity is lower where no request gets through that should not.
func severity(policy mesh.RequestPolicy) analysis.Severity {
	if policy.Security {
		return analysis.High
	}
	return analysis.Medium
}
