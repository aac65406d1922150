package mesh_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestReservedPort: a port is the sidecar's unless settings move it, and 15053
// only if they bring the DNS there.
func TestReservedPort(t *testing.T) {
	const config = "proxy.istio.io/config: '{%s}'"
	for _, tt := range []struct {
		number          int32
		protocol        corev1.Protocol
		annotations     string
		reserved, bound bool
	}{
		{8080, "TCP", "", false, false},
		{15000, "TCP", "", true, true},
		{15000, "UDP", "", false, false},
		{15000, "TCP", fmt.Sprintf(config, "proxyAdminPort: 15100"), false, false},
		{15000, "TCP", fmt.Sprintf(config, "proxyAdminPort: 15000"), true, true},
		{15001, "TCP", "", true, true},
		{15006, "TCP", "sidecar.istio.io/interceptionMode: NONE", false, false},
		{15006, "TCP", "sidecar.istio.io/interceptionMode: TPROXY", true, true},
		{15008, "TCP", "", true, false},
		{15020, "TCP", "", true, true},
		{15020, "TCP", `status.sidecar.istio.io/port: "15120"`, false, false},
		{15020, "TCP", fmt.Sprintf(config, "statusPort: 15120"), false, false},
		{15021, "TCP", fmt.Sprintf(config, `proxyMetadata: {ENVOY_STATUS_PORT: "15121"}`), false, false},
		{15053, "TCP", "", false, false},
		{15053, "UDP", fmt.Sprintf(config, `proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}`), true, true},
		{15053, "SCTP", fmt.Sprintf(config, `proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}`), false, false},
		{15090, "TCP", fmt.Sprintf(config, `proxyMetadata: {ENVOY_PROMETHEUS_PORT: "15190"}`), false, false},
	} {
		s := fromManifests(t, deployment(tt.annotations, "", "{name: app}"))
		port, got := mesh.ReservedPort(s, templateOf(t, s, kinds.Deployments.Name, "shop", "cart"),
			&kinds.Port{Number: tt.number, Protocol: tt.protocol})
		if got != tt.reserved || got && (port.Bound != tt.bound || port.For == "") {
			t.Errorf("%d/%s %s: %t, %+v", tt.number, tt.protocol, tt.annotations, got, port)
		}
	}
}

// TestPassedBy: the annotation that keeps a port from the sidecar is the one
// that is named.
func TestPassedBy(t *testing.T) {
	const mode, exclude, include = "sidecar.istio.io/interceptionMode", "traffic.sidecar.istio.io/excludeInboundPorts",
		"traffic.sidecar.istio.io/includeInboundPorts"
	for _, tt := range []struct {
		annotations map[string]string
		want        string
	}{
		{nil, ""},
		{map[string]string{mode: "NONE", exclude: "80"}, mode},
		{map[string]string{mode: "TPROXY"}, ""},
		{map[string]string{exclude: "8080, 80"}, exclude},
		{map[string]string{exclude: "8080"}, ""},
		{map[string]string{include: "8080"}, include},
		{map[string]string{include: ""}, include},
		{map[string]string{include: "*"}, ""},
		{map[string]string{include: "80,81"}, ""},
	} {
		if got := mesh.PassedBy(&mesh.Template{Annotations: tt.annotations, Spec: &kinds.PodSpec{}}, 80); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.annotations, got, tt.want)
		}
	}
}

// TestServedPorts: where Services lead, by number and by name, and which of that
// is for those who only watch.
func TestServedPorts(t *testing.T) {
	s := fromManifests(t, deployment(`prometheus.io/port: "9000"`, "app: cart",
		"{name: app, ports: [{name: web, containerPort: 8080}, {name: http-metrics, containerPort: 9090}]}")+`---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: cart}
spec:
  selector: {app: cart}
  ports:
    - {name: a, port: 80, targetPort: web}
    - {name: b, port: 81, targetPort: http-metrics}
    - {name: c, port: 82, targetPort: 9000}
    - {name: d, port: 83, targetPort: 15020}
    - {name: health, port: 84, targetPort: 7000}
    - {name: healthy, port: 85, targetPort: 7001}
    - {name: e, port: 86, targetPort: nowhere}
    - {name: f, port: 87, protocol: UDP}
`)
	template := templateOf(t, s, kinds.Deployments.Name, "shop", "cart")
	got := map[int32]bool{}
	for p := range mesh.ServedPorts(s, template) {
		got[p.Number] = p.Auxiliary(template)
	}
	want := map[int32]bool{8080: false, 9090: true, 9000: true, 15020: true, 7000: true, 7001: false}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestProxyless(t *testing.T) {
	for templates, want := range map[string]bool{
		"": false, "sidecar": false, "grpc-agent": true, "sidecar, grpc-simple": true, "mygrpc-agent": false,
	} {
		annotations := map[string]string{"inject.istio.io/templates": templates}
		if got := mesh.Proxyless(&mesh.Template{Annotations: annotations}); got != want {
			t.Errorf("%s: %t", templates, got)
		}
	}
}
