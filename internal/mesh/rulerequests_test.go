package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestRequestRules: what of a DestinationRule only a proxy that reads requests
// can do, at every level.
func TestRequestRules(t *testing.T) {
	for spec, want := range map[string]string{
		"": "[]",
		"trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}":                                   "[]",
		"trafficPolicy: {loadBalancer: {simple: RANDOM}}":                              "[]",
		"trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}":         "[]",
		"trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x}}}":         "[{consistentHash spec.trafficPolicy.loadBalancer.consistentHash}]",
		"trafficPolicy: {loadBalancer: {consistentHash: {httpQueryParameterName: x}}}": "[{consistentHash spec.trafficPolicy.loadBalancer.consistentHash}]",
		"trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: x}}}}":     "[{consistentHash spec.trafficPolicy.loadBalancer.consistentHash}]",
		"trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}":                  "[]",
		"trafficPolicy: {connectionPool: {http: {maxRetries: 1}}}":                     "[{connectionPool.http spec.trafficPolicy.connectionPool.http}]",
		"trafficPolicy: {portLevelSettings: [{}, {outlierDetection: {interval: 1s}}]}": "[{outlierDetection spec.trafficPolicy.portLevelSettings[1].outlierDetection}]",
		"subsets: [{name: a}, {name: b, trafficPolicy: {outlierDetection: {}}}]":       "[{outlierDetection spec.subsets[1].trafficPolicy.outlierDetection}]",
	} {
		s := fromManifests(t, fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {namespace: shop, name: cart}
spec: {host: cart%s}
`, comma(spec)))
		if got := fmt.Sprint(mesh.RequestRules(kinds.DestinationRules.Get(s, "shop", "cart").Spec)); got != want {
			t.Errorf("%s: got %s, want %s", spec, got, want)
		}
	}
}

func comma(spec string) string {
	if spec == "" {
		return ""
	}
	return ", " + spec
}

// TestRoutesForMesh: a VirtualService is for sidecars and waypoints by its
// gateways, and each of its routes by those of its matches.
func TestRoutesForMesh(t *testing.T) {
	const to = "route: [{destination: {host: x}}]"
	for spec, want := range map[string]bool{
		"":                     false,
		"http: [{" + to + "}]": true,
		"tcp: [{" + to + "}]":  true,
		"tls: [{match: [{sniHosts: [x]}], " + to + "}]":                                                     true,
		"gateways: [edge], http: [{" + to + "}]":                                                            false,
		"gateways: [edge, mesh], http: [{" + to + "}]":                                                      true,
		"gateways: [edge, mesh], http: [{match: [{gateways: [edge]}], " + to + "}]":                         false,
		"gateways: [edge, mesh], tls: [{match: [{gateways: [edge], sniHosts: [x]}], " + to + "}]":           false,
		"gateways: [edge, mesh], tcp: [{match: [{gateways: [edge]}, {gateways: [mesh]}], " + to + "}]":      true,
		"gateways: [edge, mesh], http: [{match: [{gateways: [edge]}, {method: {exact: GET}}], " + to + "}]": true,
	} {
		s := fromManifests(t, fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {namespace: shop, name: cart}
spec: {hosts: [cart]%s}
`, comma(spec)))
		if got := mesh.RoutesForMesh(kinds.VirtualServices.Get(s, "shop", "cart")); got != want {
			t.Errorf("%s: got %t", spec, got)
		}
	}
}
