package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func istiod(args, env string) string {
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: istio/pilot:1.31.0
        args: [` + args + `]
        env: [` + env + `]
`
}

func TestRemoteClusters(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name, manifests string
		told            *bool
		want            bool
	}{
		{"no sign", istiod("discovery", `{name: CLUSTER_ID, value: Kubernetes}`), nil, false},
		{"no istiod", "", nil, false},
		{"told so", "", &yes, true},
		{"told otherwise", istiod("discovery", `{name: CLUSTER_ID, value: east}`), &no, false},
		{"a named cluster", istiod("discovery", `{name: CLUSTER_ID, value: east}`), nil, true},
		{"an ordinary gateway", `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec: {servers: [{hosts: ["*"], port: {number: 80}}, {hosts: ["*"], port: {number: 443}, tls: {mode: PASSTHROUGH}}]}`, nil, false},
		{"an east-west gateway", `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: cross-network, namespace: istio-system}
spec: {servers: [{hosts: ["*.local"], port: {number: 15443}, tls: {mode: AUTO_PASSTHROUGH}}]}`, nil, true},
		{"one for ambient mode", `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: eastwest, namespace: istio-system}
spec: {gatewayClassName: istio-east-west, listeners: [{name: a, port: 15008, protocol: HBONE}]}`, nil, true},
	}
	for _, tt := range tests {
		settings := &kinds.MeshConfiguration{RootNamespace: "istio-system", RemoteClusters: tt.told}
		s := fromManifests(t, tt.manifests, settings.Object())
		if got := mesh.RemoteClusters(s); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestClusterDomain(t *testing.T) {
	for args, want := range map[string]string{
		`discovery`:                             "cluster.local",
		`discovery, --domain, corp.example`:     "corp.example",
		`discovery, --domain=corp.example, --v`: "corp.example",
		`discovery, --domain`:                   "cluster.local",
	} {
		if got := mesh.ClusterDomain(fromManifests(t, istiod(args, ""))); got != want {
			t.Errorf("%s: %s", args, got)
		}
	}
}
