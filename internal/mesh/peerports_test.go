package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestMistakePort(t *testing.T) {
	workload := func(name, ports string) string {
		return `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ` + name + `, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template: {metadata: {labels: {app: cart, name: ` + name + `}}, spec: {containers: [{name: cart, image: example/cart, ports: [` + ports + `]}]}}
`
	}
	service := func(selector, ports string) string {
		return `
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {` + selector + `}, ports: [` + ports + `]}
`
	}
	const all, first, led = "app: cart", "name: one", "{port: 80, targetPort: 8080}"
	tests := []struct {
		name, manifests string
		target          int32
	}{
		{"a service's", workload("one", "{containerPort: 8080}") + service(all, led), 8080},
		{"declared, too", workload("one", "{containerPort: 8080}, {containerPort: 80}") + service(all, led), 0},
		{"nothing declared", workload("one", "") + service(all, led), 0},
		{"nothing declared by another", workload("one", "{containerPort: 8080}") + workload("two", "") + service(first, led), 0},
		{"nothing to do with another", workload("one", "{containerPort: 8080}") + workload("two", "{containerPort: 9000}") + service(first, led), 8080},
		{"not where it is declared to listen", workload("one", "{containerPort: 9000}") + service(all, led), 0},
		{"an unknown name", workload("one", "{containerPort: 8080}") + service(all, led+", {name: b, port: 81, targetPort: web}"), 0},
		{"no service's", workload("one", "{containerPort: 8080}"), 0},
		{"nothing selected", service(all, led), 0},
	}
	for _, tt := range tests {
		s := fromManifests(t, tt.manifests)
		m := mesh.MistakePort(s, "shop", map[string]string{"app": "cart"}, 80)
		if (m == nil) != (tt.target == 0) || m != nil && m.Target != tt.target {
			t.Errorf("%s: %+v", tt.name, m)
		}
	}
}
