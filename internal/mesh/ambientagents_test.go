package mesh_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestAgentGaps: an agent is missing on a node where Pods in ambient mode are
// ready, its DaemonSet is there, none of its Pods is ready, and nothing of that
// happened within the grace period of 5 minutes.
func TestAgentGaps(t *testing.T) {
	const (
		node = `---
{apiVersion: v1, kind: Node, metadata: {name: n1, creationTimestamp: "2026-03-01T00:00:00Z"}}
`
		cart = `---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, annotations: {ambient.istio.io/redirection: enabled}}, spec: {nodeName: n1, containers: [{name: app}]}, status: {phase: Running, conditions: [{type: Ready, status: "%s"}]}}
`
		agents = `---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {namespace: istio-system, name: ztunnel, creationTimestamp: "2026-03-01T00:00:00Z"}, spec: {template: {metadata: {labels: {app: ztunnel}}, spec: {containers: [{name: istio-proxy}]}}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {namespace: istio-system, name: istio-cni-node, creationTimestamp: "2026-03-01T00:00:00Z"}, spec: {template: {metadata: {labels: {k8s-app: istio-cni-node}}, spec: {containers: [{name: install-cni}]}}}}
`
		of = `---
{apiVersion: v1, kind: Pod, metadata: {namespace: istio-system, name: %s, labels: {%s}, creationTimestamp: "%s"}, spec: {nodeName: n1, containers: [{name: a}]}, status: {phase: %s, conditions: [{type: Ready, status: "%s"}]}}
`
		old, young   = "2026-03-01T00:00:00Z", "2026-03-09T23:58:00Z"
		ztunnel, cni = "app: ztunnel", "k8s-app: istio-cni-node"
	)
	ready := fmt.Sprintf(cart, "True")
	cniReady := fmt.Sprintf(of, "c", cni, old, "Running", "True")
	for name, tt := range map[string]struct{ world, want string }{
		"both are missing":           {node + agents + ready, "ztunnel cni"},
		"one is ready":               {node + agents + ready + cniReady, "ztunnel"},
		"both are":                   {node + agents + ready + cniReady + fmt.Sprintf(of, "z", ztunnel, old, "Running", "True"), ""},
		"one is not ready":           {node + agents + ready + cniReady + fmt.Sprintf(of, "z", ztunnel, old, "Running", "False"), "ztunnel"},
		"one has failed":             {node + agents + ready + cniReady + fmt.Sprintf(of, "z", ztunnel, old, "Failed", "True"), "ztunnel"},
		"one has just been made":     {node + agents + ready + cniReady + fmt.Sprintf(of, "z", ztunnel, young, "Pending", "False"), ""},
		"of two, one is ready":       {node + agents + ready + cniReady + fmt.Sprintf(of, "second", ztunnel, young, "Pending", "False") + fmt.Sprintf(of, "z", ztunnel, old, "Running", "True"), ""},
		"the node has just come":     {strings.ReplaceAll(node, old, young) + agents + ready, ""},
		"the DaemonSets have":        {node + strings.ReplaceAll(agents, old, young) + ready, ""},
		"the node itself is in need": {node + agents + fmt.Sprintf(cart, "False"), ""},
		"nobody is in ambient mode":  {node + agents, ""},
		"no DaemonSet":               {node + ready, ""},
		"no node":                    {agents + ready, ""},
	} {
		s := moment{fromManifests(t, tt.world), day(10)}
		var got []string
		for _, g := range mesh.AgentGaps(s, "n1") {
			got = append(got, string(g.Component))
			if g.DaemonSet.Namespace != "istio-system" || fmt.Sprint(g.Workloads(s)) != "[Pod shop/cart]" {
				t.Errorf("%s: %v concerns %v", name, g.DaemonSet, g.Workloads(s))
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, want %s", name, got, tt.want)
		}
		if len(mesh.AgentGaps(s, "")) > 0 || len(mesh.AgentGaps(moment{s.Reader, day(1).Add(time.Minute)}, "n1")) > 0 {
			t.Errorf("%s: something is said about no node, or before the grace period is over", name)
		}
	}
}
