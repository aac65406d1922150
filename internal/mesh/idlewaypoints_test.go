package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestIdleWaypoint: a waypoint in a mesh of sidecars is idle, unless anything
// may be in ambient mode or ingress gateways use it.
func TestIdleWaypoint(t *testing.T) {
	const service = `---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, labels: {istio.io/use-waypoint: w%s}}, spec: {selector: {app: cart}}}
`
	for _, tt := range []struct {
		name, namespace, service, more string
		idle                           bool
	}{
		{"sidecars", "istio-injection: enabled", "", "", true},
		{"a namespace in ambient mode", "istio.io/dataplane-mode: ambient", "", "", false},
		{"a Pod in ambient mode", "", "", `---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: p, labels: {istio.io/dataplane-mode: ambient}}}
`, false},
		{"enablementSelectors of its own", "", "", `---
{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: istio-cni-config, labels: {istio.io/rev: default}},
 data: {AMBIENT_ENABLED: "true", AMBIENT_ENABLEMENT_SELECTOR: "[{podSelector: {matchLabels: {mesh: yes-please}}}]"}}
`, false},
		{"another cluster", "", "", `---
{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {namespace: istio-system, name: eastwest}, spec: {gatewayClassName: istio-east-west}}
`, false},
		{"ingress, by the Service", "", `, istio.io/ingress-use-waypoint: "True"`, "", false},
		{"ingress, by the namespace", "istio.io/ingress-use-waypoint: \"true\"", "", "", false},
		{"no ingress, by no truth value", "", ", istio.io/ingress-use-waypoint: yes-please", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fromManifests(t, namespaceText("shop", tt.namespace)+fmt.Sprintf(service, tt.service)+tt.more)
			cart := kinds.Services.Get(s, "shop", "cart")
			if got := mesh.IdleWaypoint(s, kinds.Services.Name, &cart.Meta); got != tt.idle {
				t.Errorf("the Service's is idle: %t", got)
			}
			shop := kinds.Namespaces.Get(s, "", "shop")
			if got := mesh.IdleWaypoint(s, kinds.Namespaces.Name, &shop.Meta); got != tt.idle {
				t.Errorf("the Namespace's is idle: %t", got)
			}
		})
	}
}

// TestWaypointHasUsers: whoever names a waypoint uses it, and whoever may from
// another namespace counts, too.
func TestWaypointHasUsers(t *testing.T) {
	const use, elsewhere = "istio.io/use-waypoint: w", "istio.io/use-waypoint: w, istio.io/use-waypoint-namespace: infra"
	for _, tt := range []struct {
		name, namespace, allowed, object string
		used                             bool
	}{
		{"nobody", "", "", "", false},
		{"its namespace", use, "", "", true},
		{"its namespace, another", elsewhere, "", "", false},
		{"it takes from others", "", fromAll(), "", true},
		{"a Service", "", "", `{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, labels: {` + use + `}}}`, true},
		{
			"a Service, as a canary", "", "",
			`{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, labels: {istio.io/use-waypoint-canary: w}}}`, true,
		},
		{"a Pod", "", "", `{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, labels: {` + use + `}}}`, true},
		{"a Pod of another namespace", "", "", `{apiVersion: v1, kind: Pod, metadata: {namespace: bank, name: p, labels: {` + use + `}}}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fromManifests(t, namespaceText("shop", tt.namespace)+waypoint("shop", "w", "", tt.allowed)+"---\n"+tt.object)
			if got := mesh.WaypointHasUsers(s, kinds.KubeGateways.Get(s, "shop", "w")); got != tt.used {
				t.Errorf("it has users: %t", got)
			}
		})
	}
}

func namespaceText(name, labels string) string {
	return "{apiVersion: v1, kind: Namespace, metadata: {name: " + name + ", labels: {" + labels + "}}}\n"
}
