package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// waypoint is a Gateway of istiod's class for waypoints, whose listener takes
// what it is told to.
func waypoint(namespace, name, labels, allowed string) string {
	return fmt.Sprintf(`---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {namespace: %s, name: %s, labels: {%s}}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE%s}]}
`, namespace, name, labels, allowed)
}

func fromAll() string { return ", allowedRoutes: {namespaces: {from: All}}" }

func fromTeam(team string) string {
	return ", allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: " + team + "}}}}"
}

const istioWaypoint = `---
{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: istio-waypoint}, spec: {controllerName: istio.io/mesh-controller}}
`

// TestBinding is a table of istiod's fetchWaypointForService and
// fetchWaypointForWorkload.
func TestBinding(t *testing.T) {
	const use, elsewhere = "istio.io/use-waypoint: w", "istio.io/use-waypoint: w, istio.io/use-waypoint-namespace: infra"
	own := waypoint("shop", "w", "", "")
	for _, tt := range []struct {
		name, gateways, namespace, object string
		service, workload                 mesh.BindingProblem
		used                              bool
	}{
		{"nobody asks", own, "", "", 0, 0, false},
		{"its own label", own, "", use, mesh.Bound, mesh.WrongType, true},
		{"inherited", own, use, "", mesh.Bound, mesh.NoUse, true},
		{"declined", own, use, "istio.io/use-waypoint: none", mesh.NoUse, mesh.NoUse, true},
		{"namespace says none", own, "istio.io/use-waypoint: none", "", 0, 0, false},
		{"missing", "", "", use, mesh.Missing, mesh.Missing, true},
		{"empty name", own, "", `istio.io/use-waypoint: ""`, mesh.Missing, mesh.Missing, true},
		{"its own before the namespace's", own, use, "istio.io/use-waypoint: x", mesh.Missing, mesh.Missing, true},
		{"a namespace without a name", own, "", "istio.io/use-waypoint-namespace: infra", 0, 0, false},
		{"for all", waypoint("shop", "w", "istio.io/waypoint-for: all", ""), "", use, mesh.Bound, mesh.Bound, true},
		{"for workloads", waypoint("shop", "w", "istio.io/waypoint-for: workload", ""), use, "", mesh.WrongType, mesh.Bound, true},
		{"for nothing", waypoint("shop", "w", "istio.io/waypoint-for: none", ""), "", use, mesh.WrongType, mesh.WrongType, true},
		{"elsewhere, for its own", waypoint("infra", "w", "", ""), "", elsewhere, mesh.Denied, mesh.Denied, true},
		{"elsewhere, for all", waypoint("infra", "w", "", fromAll()), "", elsewhere, mesh.Bound, mesh.WrongType, true},
		{"elsewhere, for us", waypoint("infra", "w", "", fromTeam("shop")), elsewhere, "", mesh.Bound, mesh.NoUse, true},
		{"elsewhere, for others", waypoint("infra", "w", "", fromTeam("bank")), elsewhere, "", mesh.Denied, mesh.Denied, true},
		{
			"denied before type", waypoint("infra", "w", "istio.io/waypoint-for: none", ""), "", elsewhere,
			mesh.Denied, mesh.Denied, true,
		},
		{"here, for nobody here", waypoint("shop", "w", "", fromTeam("bank")), "", use, mesh.Denied, mesh.Denied, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := fromManifests(t, istioWaypoint+tt.gateways+fmt.Sprintf(`---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop, %s}}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, labels: {%s}}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, labels: {%s}}, spec: {containers: [{name: app}]}}
`, tt.namespace, tt.object, tt.object))
			s := kinds.Services.Get(store, "shop", "cart")
			pod := mesh.OfPod(kinds.Pods.Get(store, "shop", "cart"))
			u, used := mesh.WaypointUsed(store, kinds.Services.Name, &s.Meta)
			v, _ := mesh.WorkloadWaypointUsed(store, &pod)
			if used != tt.used {
				t.Fatalf("used %t", used)
			}
			if !used {
				return
			}
			if got := mesh.Binding(store, u, mesh.ServiceTraffic); got != tt.service {
				t.Errorf("Service: %d, want %d", got, tt.service)
			}
			if got := mesh.Binding(store, v, mesh.WorkloadTraffic); got != tt.workload {
				t.Errorf("workload: %d, want %d", got, tt.workload)
			}
			if _, bound := mesh.ServiceWaypoint(store, s); bound != (tt.service == mesh.Bound) {
				t.Errorf("ServiceWaypoint: %t", bound)
			}
		})
	}
}

// Gateways have no waypoint, whatever their namespace says.
func TestGatewaysHaveNoWaypoint(t *testing.T) {
	store := fromManifests(t, waypoint("shop", "w", "istio.io/waypoint-for: all", "")+`---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/use-waypoint: w}}}
---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: w, labels: {gateway.istio.io/managed: istio.io-mesh-controller}}
spec: {ports: [{port: 15008}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: w, labels: {gateway.networking.k8s.io/gateway-name: w}}
spec: {containers: [{name: istio-proxy}]}
`)
	u, _ := mesh.WaypointUsed(store, kinds.Services.Name, &kinds.Services.Get(store, "shop", "w").Meta)
	pod := mesh.OfPod(kinds.Pods.Get(store, "shop", "w"))
	v, _ := mesh.WorkloadWaypointUsed(store, &pod)
	if a, b := mesh.Binding(store, u, mesh.ServiceTraffic), mesh.Binding(store, v, mesh.WorkloadTraffic); a != mesh.NoUse || b != mesh.NoUse {
		t.Errorf("%d, %d", a, b)
	}
}

// The type of a class counts for its Gateways that say nothing.
func TestTrafficTypeOfClass(t *testing.T) {
	store := fromManifests(t, `---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio-waypoint, labels: {istio.io/waypoint-for: workload}}
spec: {controllerName: istio.io/mesh-controller}
`+waypoint("shop", "w", "", "")+waypoint("shop", "v", "istio.io/waypoint-for: service", ""))
	for name, want := range map[string]mesh.Traffic{"w": mesh.WorkloadTraffic, "v": mesh.ServiceTraffic} {
		if got := mesh.TrafficType(store, kinds.KubeGateways.Get(store, "shop", name)); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestCanary(t *testing.T) {
	const use, canary = "istio.io/use-waypoint: w", "istio.io/use-waypoint-canary: v"
	both := waypoint("shop", "w", "", "") + waypoint("shop", "v", "", "")
	for _, tt := range []struct {
		name, gateways, namespace, object, weight string
		used                                      bool
		want                                      mesh.BindingProblem
	}{
		{"beside its own", both, "", use + ", " + canary, "20", true, mesh.Bound},
		{"without weight", both, "", use + ", " + canary, "", true, mesh.Bound},
		{"inherited, both", both, use + ", " + canary, "", "20", true, mesh.Bound},
		{"its own beside an inherited", both, use, canary, "", true, mesh.Bound},
		{"an inherited beside its own", both, canary, use, "", false, 0},
		{"beside nothing", both, "", canary, "", false, 0},
		{"beside a declined one", both, "", "istio.io/use-waypoint: none, " + canary, "", false, 0},
		{"none", both, "", use + ", istio.io/use-waypoint-canary: none", "", false, 0},
		{"missing", waypoint("shop", "w", "", ""), "", use + ", " + canary, "20", true, mesh.Missing},
		{"the same", both, "", use + ", istio.io/use-waypoint-canary: w", "20", true, mesh.SameGateway},
		{"too heavy", both, "", use + ", " + canary, "101", true, mesh.WrongWeight},
		{"no weight", both, "", use + ", " + canary, "half", true, mesh.WrongWeight},
	} {
		weight := ""
		if tt.weight != "" {
			weight = fmt.Sprintf("istio.io/use-waypoint-canary-weight: %q", tt.weight)
		}
		store := fromManifests(t, istioWaypoint+tt.gateways+fmt.Sprintf(`---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {%s}}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, labels: {%s}, annotations: {%s}}, spec: {ports: [{port: 80}]}}
`, tt.namespace, tt.object, weight))
		u, used := mesh.CanaryUsed(store, kinds.Services.Name, &kinds.Services.Get(store, "shop", "cart").Meta)
		if used != tt.used || used && mesh.Binding(store, u, mesh.ServiceTraffic) != tt.want {
			t.Errorf("%s: used %t, %d", tt.name, used, mesh.Binding(store, u, mesh.ServiceTraffic))
		}
	}
}

// The listener that a binding means decides whom a waypoint takes.
func TestInboundBinding(t *testing.T) {
	gateway := func(annotations, class string) string {
		return fmt.Sprintf(`---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {namespace: infra, name: w, annotations: {%s}}
spec:
  gatewayClassName: sandwich
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
  - {name: proxied, port: 15088, protocol: istio.io/PROXY, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: sandwich, annotations: {%s}}
spec: {controllerName: example.com/sandwich}
`, annotations, class)
	}
	const key = "ambient.istio.io/waypoint-inbound-binding: "
	for _, tt := range []struct {
		gateway, class string
		want           mesh.Answer
	}{
		{"", "", mesh.No},
		{key + "PROXY", "", mesh.Yes},
		{key + "PROXY/15088", "", mesh.Yes},
		{key + "NONE/15088", "", mesh.Yes},
		{key + "PROXY/9", "", mesh.No},
		{key + "NONE", "", mesh.No},
		{key + "SOCKS/15088", "", mesh.No},
		{"", key + "PROXY", mesh.Yes},
		{key + "NONE", key + "PROXY", mesh.No},
	} {
		store := fromManifests(t, gateway(tt.gateway, tt.class))
		if got := mesh.AllowsUse(store, kinds.KubeGateways.Get(store, "infra", "w"), "shop"); got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}

func TestHostWaypoint(t *testing.T) {
	store := fromManifests(t, istioWaypoint+waypoint("shop", "w", "", "")+`---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, labels: {app: cart}}, spec: {containers: [{name: app}]}}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: old, labels: {app: mixed}}
spec: {containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: new, labels: {app: mixed}}, spec: {containers: [{name: app}]}}
---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: cart, labels: {istio.io/use-waypoint: w}}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: bare}, spec: {selector: {app: cart}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: mixed}, spec: {selector: {app: mixed}, ports: [{port: 80}]}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {namespace: shop, name: api, labels: {istio.io/use-waypoint: w}}
spec: {hosts: [api.example.com], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
`)
	for host, want := range map[string]struct{ bound, ambient, known bool }{
		"cart.shop.svc.cluster.local":      {true, true, true},
		"bare.shop.svc.cluster.local":      {false, true, true},
		"mixed.shop.svc.cluster.local":     {false, false, true},
		"api.example.com":                  {true, false, true},
		"cart.shop.svc.clusterset.local":   {},
		"missing.shop.svc.cluster.local":   {},
		"elsewhere.example.com":            {},
		"bare.elsewhere.svc.cluster.local": {},
	} {
		g, ambient, known := mesh.HostWaypoint(store, host)
		if (g != nil) != want.bound || ambient != want.ambient || known != want.known {
			t.Errorf("%s: %t %t %t", host, g != nil, ambient, known)
		}
	}
}
