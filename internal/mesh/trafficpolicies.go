package mesh

import (
	"iter"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PolicyPart is a traffic policy in a DestinationRule, or what one says of a
// port, which inherits nothing.
type PolicyPart struct {
	// Field is its path, such as spec.subsets[1].trafficPolicy.
	Field string
	// Subset is the one that the part is for; nil if it is for the host.
	Subset *networking.Subset
	// Port: the part is for one port.
	Port             bool
	LoadBalancer     *networking.LoadBalancerSettings
	OutlierDetection *networking.OutlierDetection
}

// PolicyParts yields the traffic policies of a DestinationRule as they are
// written: those of the host, then those of the subsets, each before its ports.
func PolicyParts(d *kinds.DestinationRule) iter.Seq[PolicyPart] {
	return func(yield func(PolicyPart) bool) {
		if !partsOf(d.Spec.GetTrafficPolicy(), "spec.trafficPolicy", nil, yield) {
			return
		}
		for i, s := range d.Spec.GetSubsets() {
			if !partsOf(s.GetTrafficPolicy(), item("spec.subsets", i)+".trafficPolicy", s, yield) {
				return
			}
		}
	}
}

func partsOf(t *networking.TrafficPolicy, field string, s *networking.Subset, yield func(PolicyPart) bool) bool {
	if t == nil {
		return true
	}
	whole := PolicyPart{
		Field: field, Subset: s, LoadBalancer: t.GetLoadBalancer(), OutlierDetection: t.GetOutlierDetection(),
	}
	if !yield(whole) {
		return false
	}
	for i, port := range t.GetPortLevelSettings() {
		part := PolicyPart{
			Field: item(field+".portLevelSettings", i), Subset: s, Port: true,
			LoadBalancer: port.GetLoadBalancer(), OutlierDetection: port.GetOutlierDetection(),
		}
		if !yield(part) {
			return false
		}
	}
	return true
}
