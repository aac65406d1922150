// Package deadfailover flags locality failover that never takes place.
package deadfailover

import (
	"slices"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags DestinationRules with locality failover and without outlier
// detection.
var Analyzer = &analysis.Analyzer{
	Name:     "deadfailover",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Locality failover without outlier detection never fails over",
	Why: "Istiod gives endpoints their priorities by locality only where outlier detection tells proxies which of them " +
		"fail; without it requests go to all localities alike.",
	Fix: "Set outlierDetection beside the load balancer, for instance with consecutive5xxErrors: 5, interval: 10s and " +
		"baseEjectionTime: 30s.",
	Equivalents: []string{"IST0133"},
	Subject:     kinds.DestinationRules.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	d := kinds.DestinationRules.Of(p.Subject())
	if !d.Deleted.IsZero() {
		return
	}
	parts := slices.Collect(mesh.PolicyParts(d))
	for i := range parts {
		part := &parts[i]
		kind := failover(part.LoadBalancer)
		if kind == "" || detects(part, parts) || !part.Port && elsewhere(p, d) {
			continue
		}
		if mesh.MeshConfig(p).GetDefaultTrafficPolicy().GetOutlierDetection() != nil {
			return
		}
		p.Report(part.Field+".loadBalancer.localityLbSetting."+kind,
			"%s of %s has no effect, since no outlierDetection is in force there", kind, part.Field)
	}
}

// failover is the field by which a load balancer is to fail over between
// localities; "" if it is not, or by other means.
func failover(lb *networking.LoadBalancerSettings) string {
	s := lb.GetLocalityLbSetting()
	off := s.GetEnabled() != nil && !s.GetEnabled().GetValue()
	switch {
	case off || len(s.GetDistribute()) > 0 || lb.GetZoneAwareLbSetting() != nil:
		return ""
	case len(s.GetFailover()) > 0:
		return "failover"
	case len(s.GetFailoverPriority()) > 0:
		return "failoverPriority"
	}
	return ""
}

// detects tells whether there is outlier detection where a part is in force: of
// its own, for a subset that of the host and, for what subsets inherit, theirs.
func detects(part *mesh.PolicyPart, parts []mesh.PolicyPart) bool {
	if part.OutlierDetection != nil {
		return true
	}
	return slices.ContainsFunc(parts, func(o mesh.PolicyPart) bool {
		inherited := part.Subset != nil && !part.Port && o.Subset == nil
		inherits := part.Subset == nil && o.Subset != nil
		return o.OutlierDetection != nil && !o.Port && (inherited || inherits)
	})
}

// elsewhere tells whether another rule of the namespace for the host, with
// which istiod merges this one, has outlier detection.
func elsewhere(p *analysis.Pass, d *kinds.DestinationRule) bool {
	for o := range kinds.DestinationRulesByHost.In(p, d.Namespace, kinds.ResolveHost(d.Spec.GetHost(), d.Namespace)) {
		for part := range mesh.PolicyParts(o) {
			if o.Name != d.Name && part.OutlierDetection != nil {
				return true
			}
		}
	}
	return false
}
