package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestLeastPods: what an autoscaler keeps comes before the replicas; what is at
// rest, or is no Deployment or StatefulSet, has no such number.
func TestLeastPods(t *testing.T) {
	const hpa = `---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {namespace: shop, name: cart%s}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: %s, name: cart}, minReplicas: %d, maxReplicas: 9}}
`
	for name, tt := range map[string]struct {
		kind, spec, more string
		want             int32
		by, unknown      bool
	}{
		"its replicas":         {kind: "Deployment", spec: "replicas: 3, ", want: 3},
		"one, if not said":     {kind: "StatefulSet", want: 1},
		"an autoscaler's":      {kind: "Deployment", spec: "replicas: 9, ", more: fmt.Sprintf(hpa, "", "Deployment", 2), want: 2, by: true},
		"another's autoscaler": {kind: "Deployment", spec: "replicas: 3, ", more: fmt.Sprintf(hpa, "", "StatefulSet", 2), want: 3},
		"at rest":              {kind: "Deployment", spec: "replicas: 0, ", more: fmt.Sprintf(hpa, "", "Deployment", 2), unknown: true},
		"one for each node":    {kind: "DaemonSet", unknown: true},
		"an autoscaler that goes": {
			kind: "Deployment", spec: "replicas: 3, ",
			more: fmt.Sprintf(hpa, `, deletionTimestamp: "2026-03-01T00:00:00Z", finalizers: [a/b]`, "Deployment", 2), want: 3,
		},
	} {
		s := fromManifests(t, fmt.Sprintf("---\n{apiVersion: apps/v1, kind: %s, metadata: {namespace: shop, name: cart}, "+
			"spec: {%stemplate: {spec: {containers: [{name: app}]}}}}\n", tt.kind, tt.spec)+tt.more)
		w, _ := kinds.ResolveWorkload(s, inventory.Ref{Kind: inventory.Kind(tt.kind + ".apps"), Namespace: "shop", Name: "cart"})
		n, by, ok := mesh.LeastPods(s, w)
		if ok == tt.unknown || ok && n != tt.want || (by != nil) != tt.by {
			t.Errorf("%s: %d by %v, %t", name, n, by, ok)
		}
	}
}

// TestBudgets: a budget and what it selects find each other; one that selects
// several, or nothing, is nobody's.
func TestBudgets(t *testing.T) {
	const (
		deploy = "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: shop, name: %s}, spec: {template: {metadata: {labels: {%s}}, spec: {containers: [{name: app}]}}}}\n"
		budget = "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {namespace: shop, name: b}, spec: {minAvailable: 1%s}}\n"
	)
	world := fmt.Sprintf(deploy, "cart", "app: cart, team: a") + fmt.Sprintf(deploy, "bank", "app: bank, team: a")
	for selector, want := range map[string]string{
		", selector: {matchLabels: {app: cart}}":                                     "cart",
		", selector: {matchExpressions: [{key: app, operator: In, values: [bank]}]}": "bank",
		", selector: {matchLabels: {team: a}}":                                       "",
		", selector: {matchLabels: {team: b}}":                                       "",
		", selector: {matchLabels: {app: cart, pod-template-hash: x}}":               "",
		", selector: {}": "",
		"":               "",
	} {
		s := fromManifests(t, world+fmt.Sprintf(budget, selector))
		b, got := kinds.PodDisruptionBudgets.Get(s, "shop", "b"), ""
		if w := mesh.Budgeted(s, b); w != nil {
			got = w.Ref.Name
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", selector, got, want)
		}
		for _, name := range []string{"cart", "bank"} {
			var found []mesh.Answer
			for _, a := range mesh.Budgets(s, templateOf(t, s, kinds.Deployments.Name, "shop", name)) {
				found = append(found, a)
			}
			wide := strings.Contains(selector, "team: a") || selector == ", selector: {}"
			maybe := name == "cart" && strings.Contains(selector, "hash")
			if (len(found) == 1) != (wide || want == name || maybe) || maybe && found[0] != mesh.Maybe {
				t.Errorf("%s for %s: %v", selector, name, found)
			}
		}
	}
}

// TestOtherNode: Pods could go to a node that is another one, and takes them.
func TestOtherNode(t *testing.T) {
	const node = "---\n{apiVersion: v1, kind: Node, metadata: {name: %s, labels: {%s}}, spec: {%s}}\n"
	for name, tt := range map[string]struct {
		nodes string
		want  bool
	}{
		"none":           {"", false},
		"the same":       {fmt.Sprintf(node, "n1", "zone: a", ""), false},
		"another":        {fmt.Sprintf(node, "n2", "zone: a", ""), true},
		"not selected":   {fmt.Sprintf(node, "n2", "zone: b", ""), false},
		"cordoned":       {fmt.Sprintf(node, "n2", "zone: a", "unschedulable: true"), false},
		"tainted":        {fmt.Sprintf(node, "n2", "zone: a", "taints: [{key: a, effect: NoSchedule}]"), false},
		"of Windows":     {fmt.Sprintf(node, "n2", "zone: a, kubernetes.io/os: windows", ""), false},
		"of Linux":       {fmt.Sprintf(node, "n2", "zone: a, kubernetes.io/os: linux", ""), true},
		"one of several": {fmt.Sprintf(node, "n1", "zone: a", "") + fmt.Sprintf(node, "n2", "zone: b", "") + fmt.Sprintf(node, "n3", "zone: a", ""), true},
	} {
		if got := mesh.OtherNode(fromManifests(t, tt.nodes), "n1", map[string]string{"zone": "a"}); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
