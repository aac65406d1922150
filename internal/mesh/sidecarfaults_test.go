package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// sidecarFaults are the fields at fault of a Sidecar; a warning's in brackets.
func sidecarFaults(t *testing.T, spec string) string {
	t.Helper()
	s := fromManifests(t, fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {namespace: shop, name: cart}
spec: {%s}
`, spec))
	var out []string
	for _, f := range mesh.SidecarFaults(kinds.Sidecars.Get(s, "shop", "cart").Spec) {
		field := strings.TrimPrefix(f.Field, "spec.")
		if f.Text == "" {
			t.Errorf("%s: nothing is said", f.Field)
		}
		if f.Warning {
			field = "(" + field + ")"
		}
		out = append(out, field)
	}
	return strings.Join(out, " ")
}

// TestSidecarFaults: what Istio's ValidateSidecar refuses or warns of, and
// beside each the nearest that it takes.
func TestSidecarFaults(t *testing.T) {
	const all = `egress: [{hosts: ["*/*"]}]`
	for spec, want := range map[string]string{
		"":                             "spec",
		all:                            "",
		"outboundTrafficPolicy: {}":    "",
		"inboundConnectionPool: {}":    "",
		"workloadSelector: {}, " + all: "(workloadSelector)",
		"workloadSelector: {labels: {a: b}}, " + all: "",

		`egress: [{hosts: []}]`: "egress[0]",
		`egress: [{hosts: ["./*", "~/*", "a/b.c", "*/*.c", "~a/*"]}]`:                                                                  "",
		`egress: [{hosts: [cart, "/x", "x/"]}]`:                                                                                        "egress[0].hosts[0] egress[0].hosts[1] egress[0].hosts[2]",
		`egress: [{hosts: ["Shop/*", "./a.*"]}]`:                                                                                       "egress[0].hosts[0] egress[0].hosts[1]",
		`egress: [{hosts: ["./*"]}, {hosts: ["a/*"]}]`:                                                                                 "egress[0]",
		`egress: [{port: {number: 80, protocol: HTTP, name: h}, hosts: ["./*"]}, {hosts: ["a/*"]}]`:                                    "",
		`egress: [{port: {number: 80}, hosts: ["./*"]}, {port: {number: 80}, hosts: ["./*"]}]`:                                         "egress[1].port.number",
		`egress: [{port: {number: 70000}, hosts: ["./*"]}]`:                                                                            "egress[0].port.number",
		`egress: [{port: {number: 80, targetPort: 8080}, hosts: ["./*"]}]`:                                                             "egress[0].port.targetPort",
		`egress: [{port: {number: 80}, bind: 127.0.0.1, hosts: ["./*"]}]`:                                                              "",
		`egress: [{port: {number: 80}, bind: "::1", hosts: ["./*"]}]`:                                                                  "",
		`egress: [{port: {number: 80}, bind: localhost, hosts: ["./*"]}]`:                                                              "egress[0].bind",
		`egress: [{port: {protocol: HTTP}, hosts: ["./*"]}]`:                                                                           "egress[0].port",
		`egress: [{port: {protocol: HTTP}, bind: "unix:///x", hosts: ["./*"]}]`:                                                        "",
		`egress: [{port: {protocol: HTTP}, bind: "unix:///x", captureMode: NONE, hosts: ["./*"]}]`:                                     "",
		`egress: [{port: {protocol: HTTP}, bind: "unix:///x", captureMode: IPTABLES, hosts: ["./*"]}]`:                                 "egress[0].captureMode",
		`egress: [{port: {protocol: A}, bind: "unix:///x", hosts: ["./*"]}, {port: {protocol: A}, bind: "unix:///x", hosts: ["./*"]}]`: "egress[1].bind",

		`outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: x, port: {number: 80}}}`:     "",
		`outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: x}}`:                         "outboundTrafficPolicy.egressProxy",
		`outboundTrafficPolicy: {mode: REGISTRY_ONLY, egressProxy: {host: x, port: {number: 80}}}`: "outboundTrafficPolicy.egressProxy",

		`ingress: [{}]`: "ingress[0]",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "127.0.0.1:8080"}]`:                                                 "",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "[::1]:8080"}]`:                                                     "",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: ":8080"}]`:                                                          "",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "unix:///x"}]`:                                                      "",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "unix://"}]`:                                                        "ingress[0].defaultEndpoint",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "10.0.0.1:8080"}]`:                                                  "ingress[0].defaultEndpoint",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "127.0.0.1:0"}]`:                                                    "ingress[0].defaultEndpoint",
		`ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: "127.0.0.1"}]`:                                                      "ingress[0].defaultEndpoint",
		`ingress: [{port: {number: 80}}, {port: {number: 80}}]`:                                                                              "ingress[1].port.number",
		`ingress: [{port: {number: 80, protocol: grpc}, connectionPool: {http: {maxRetries: 1}}}]`:                                           "",
		`ingress: [{port: {number: 80, protocol: TCP}, connectionPool: {http: {maxRetries: 1}}}]`:                                            "(ingress[0].connectionPool.http)",
		`ingress: [{port: {number: 443, protocol: HTTPS}, tls: {mode: SIMPLE}}]`:                                                             "",
		`ingress: [{port: {number: 443, protocol: HTTP}, tls: {mode: SIMPLE}}]`:                                                              "ingress[0].tls",
		`ingress: [{port: {number: 443, protocol: TLS}, tls: {mode: ISTIO_MUTUAL}}]`:                                                         "ingress[0].tls.mode",
		`ingress: [{port: {number: 443, protocol: TLS}, tls: {mode: SIMPLE, credentialName: x, httpsRedirect: true, subjectAltNames: [a]}}]`: "ingress[0].tls.subjectAltNames ingress[0].tls.httpsRedirect ingress[0].tls.credentialName",
	} {
		if got := sidecarFaults(t, spec); got != want {
			t.Errorf("%s:\ngot %q, want %q", spec, got, want)
		}
	}
}
