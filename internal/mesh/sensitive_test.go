package mesh_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestSensitive(t *testing.T) {
	settings := &kinds.SensitiveSettings{
		Namespaces:        []string{"vault", "pay-*"},
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "gold"}},
		Labels:            map[string]string{"pci": "yes", "keys": "yes"},
		Ports:             []int32{5432},
		Paths:             []string{"/admin", "/debug/"},
	}
	s := fromManifests(t, `
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {tier: gold}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {tier: iron}}
`, settings.Object())
	for name, want := range map[string]bool{
		"vault": true, "vault2": false, "pay-eu": true, "prepay-eu": false, "bank": true, "shop": false, "none": false,
	} {
		if got := mesh.SensitiveNamespace(s, name); got != want {
			t.Errorf("namespace %s: %v", name, got)
		}
	}
	for text, want := range map[string]bool{"pci=yes": true, "keys=yes,app=x": true, "pci=no": false, "": false} {
		if got := mesh.SensitiveLabels(s, labelsOf(text)); got != want {
			t.Errorf("labels %s: %v", text, got)
		}
	}
	for path, want := range map[string]string{
		"/admin": "/admin", "/admin/users": "/admin", "/administrator": "", "/debug": "/debug/", "/debug/pprof": "/debug/", "/": "",
	} {
		if got := mesh.SensitivePath(s, path); got != want {
			t.Errorf("path %s: %q", path, got)
		}
	}
	if !mesh.SensitivePort(s, 5432) || mesh.SensitivePort(s, 80) {
		t.Error("ports")
	}
	web := mesh.Template{Ref: kinds.Pods.Ref("vault", "web")}
	if !mesh.SensitiveWorkload(s, &web) {
		t.Error("a workload of a sensitive namespace")
	}
}

func TestSensitiveByDefault(t *testing.T) {
	s := fromManifests(t, `
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {meshaudit.io/sensitive: "true"}}
`)
	if !mesh.SensitiveNamespace(s, "bank") || !mesh.SensitivePort(s, 5432) || mesh.SensitivePort(s, 8080) {
		t.Error("not the documented defaults")
	}
}

func TestRestart(t *testing.T) {
	for want, ref := range map[string]struct {
		kind      string
		namespace string
	}{
		"Restart the Pods: kubectl rollout restart deployment/x -n shop.": {"Deployment.apps", "shop"},
		"Delete the Pod and create it again: kubectl delete pod/x -n a.":  {"Pod", "a"},
		"Run the CronJob again.":                             {"CronJob.batch", "a"},
		"Delete the Pods, so that Rollout x makes new ones.": {"Rollout.argoproj.io", "a"},
	} {
		r := kinds.Pods.Ref(ref.namespace, "x")
		r.Kind = inventory.Kind(ref.kind)
		if got := mesh.Restart(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := mesh.List([]string{"a", "b", "c", "d", "e", "f"}); got != "a, b, c, d, e and others" {
		t.Error(got)
	}
	if got := mesh.LabelText(map[string]string{"b": "2", "a": "1"}); got != "a=1,b=2" {
		t.Error(got)
	}
}

func TestSensitiveGateway(t *testing.T) {
	world := func(route string) string {
		return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vs, namespace: shop}
spec:
  hosts: ["*"]
  gateways: [edge/web]
  http: [` + route + `]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec: {template: {metadata: {labels: {app: pay, meshaudit.io/sensitive: "true"}}}}
`
	}
	for route, want := range map[string]bool{
		`{route: [{destination: {host: pay}}]}`:                                             true,
		`{route: [{destination: {host: other}}]}`:                                           false,
		`{match: [{uri: {prefix: /admin/}}], route: [{destination: {host: other}}]}`:        true,
		`{match: [{uri: {prefix: /administrator}}], route: [{destination: {host: other}}]}`: false,
	} {
		s := fromManifests(t, world(route))
		if got := mesh.SensitiveGateway(s, gatewayWith(nil, "*")); got != want {
			t.Errorf("%s: %v", route, got)
		}
	}
}

func TestMakers(t *testing.T) {
	s := fromManifests(t, selectable)
	count := func(namespace, app string) (n int) {
		for range mesh.Makers(s, namespace, map[string]string{"app": app}) {
			n++
		}
		return n
	}
	// A controller stands for its Pods and hides the Rollout's beside it.
	if count("shop", "web") != 2 || count("tools", "web") != 1 || count("shop", "none") != 0 {
		t.Error("not the controllers, else the Pods")
	}
}
