package mesh

import (
	"slices"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RequestRules are the parts of a DestinationRule for which ztunnel has no use:
// how requests are balanced, pooled, and how endpoints are ejected.
func RequestRules(d *networking.DestinationRule) []Part {
	out := policyParts("spec.trafficPolicy", d.GetTrafficPolicy())
	for i, s := range d.GetSubsets() {
		out = append(out, policyParts(item("spec.subsets", i)+".trafficPolicy", s.GetTrafficPolicy())...)
	}
	return out
}

func policyParts(at string, t *networking.TrafficPolicy) []Part {
	out := settingParts(at, t)
	for i, p := range t.GetPortLevelSettings() {
		out = append(out, settingParts(item(at+".portLevelSettings", i), p)...)
	}
	return out
}

// settings are what a policy and its settings for a port have in common.
type settings interface {
	GetLoadBalancer() *networking.LoadBalancerSettings
	GetConnectionPool() *networking.ConnectionPoolSettings
	GetOutlierDetection() *networking.OutlierDetection
}

func settingParts(at string, s settings) []Part {
	var out []Part
	hash := s.GetLoadBalancer().GetConsistentHash()
	if hash.GetHttpHeaderName() != "" || hash.GetHttpCookie() != nil || hash.GetHttpQueryParameterName() != "" {
		out = append(out, Part{"consistentHash", at + ".loadBalancer.consistentHash"})
	}
	if s.GetConnectionPool().GetHttp() != nil {
		out = append(out, Part{"connectionPool.http", at + ".connectionPool.http"})
	}
	if s.GetOutlierDetection() != nil {
		out = append(out, Part{"outlierDetection", at + ".outlierDetection"})
	}
	return out
}

// RoutesForMesh tells whether a VirtualService has a route that sidecars and
// waypoints take.
func RoutesForMesh(vs *kinds.VirtualService) bool {
	if !ForMesh(vs) {
		return false
	}
	for _, route := range vs.Spec.GetHttp() {
		if takesMesh(route.GetMatch()) {
			return true
		}
	}
	for _, route := range vs.Spec.GetTls() {
		if takesMesh(route.GetMatch()) {
			return true
		}
	}
	for _, route := range vs.Spec.GetTcp() {
		if takesMesh(route.GetMatch()) {
			return true
		}
	}
	return false
}

func takesMesh[M interface{ GetGateways() []string }](matches []M) bool {
	for _, m := range matches {
		if g := m.GetGateways(); len(g) == 0 || slices.Contains(g, kinds.MeshGateway) {
			return true
		}
	}
	return len(matches) == 0
}

// HostField is the path of a VirtualService's host.
func HostField(i int) string { return item("spec.hosts", i) }
