package kinds

import (
	"fmt"
	"strings"
	"testing"
)

// injectorManifest is what istiod's chart makes, its templates cut short.
const injectorManifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system, labels: {istio.io/rev: default}}
data:
  other: kept
  values: |-
    {
      "gateways": {"seccompProfile": {}, "securityContext": {}},
      "global": {
        "hub": "example", "tag": 1.31, "variant": "",
        "proxy": {
          "autoInject": "enabled", "image": "proxyv2", "privileged": false, "statusPort": 15020,
          "excludeInboundPorts": "", "includeInboundPorts": "*", "excludeOutboundPorts": 5432,
          "includeIPRanges": "*", "excludeIPRanges": "10.0.0.0/8",
          "holdApplicationUntilProxyStarts": true,
          "resources": {"limits": {"cpu": 2, "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": null}}
        },
        "proxy_init": {"image": "proxyv2", "forceApplyIptables": false}
      },
      "pilot": {"cni": {"enabled": true, "provider": "default"}, "env": {}},
      "revision": "",
      "sidecarInjectorWebhook": {"enableNamespacesByDefault": "true", "rewriteAppHTTPProbe": true, "templates": {}}
    }
  config: |-
    defaultTemplates: [sidecar]
    policy: enabled
    alwaysInjectSelector:
      []
    neverInjectSelector:
      - matchExpressions:
          - {key: app, operator: In, values: [build]}
    injectedAnnotations:
      "team": "mesh"
    template: "{{ Template_Version_And_Istio_Version_Mismatched_Check_Installation }}"
    templates:
      sidecar: |
        {{- if isset .ObjectMeta.Annotations "sidecar.istio.io/proxyCPU" }}
        {{ toYaml (omitNil .Values.global.proxy.resources) }}
        {{- end }}
      gateway: |
        spec: {}
`

func TestInjectorConfig(t *testing.T) {
	o := fromYAML(t, injectorManifest)
	if o.Fault != nil {
		t.Fatal(o.Fault)
	}
	m := ConfigMaps.Of(o)
	if fmt.Sprint(m.Data) != "map[other:kept]" {
		t.Errorf("data: %v", m.Data)
	}
	c := m.Injector
	if c.Policy != "enabled" || len(c.Always) != 0 || len(c.Never) != 1 || c.Never[0].MatchExpressions[0].Key != "app" ||
		!c.Stock || fmt.Sprint(c.Templates, c.DefaultTemplates, c.InjectedAnnotations) != "[gateway sidecar] [sidecar] map[team:mesh]" {
		t.Errorf("configuration: %+v", c)
	}
	v := c.Values
	if v.Hub != "example" || v.Tag != "1.31" || v.ProxyImage != "proxyv2" || v.InitImage != "proxyv2" || v.StatusPort != "15020" ||
		!v.HoldApplication || !v.CNIEnabled || !v.EnableNamespacesByDefault || v.Privileged ||
		v.IncludeInboundPorts != "*" || v.ExcludeOutboundPorts != "5432" || v.ExcludeIPRanges != "10.0.0.0/8" {
		t.Errorf("values: %+v", v)
	}
	if v.Limits.Cpu().String() != "2" || v.Limits.Memory().String() != "1Gi" || v.Requests.Cpu().String() != "100m" || len(v.Requests) != 1 {
		t.Errorf("resources: %v %v", v.Requests, v.Limits)
	}
}

// TestInjectorConfigOfOthers: where the entries are another program's, or not
// there, they stay, and nothing is at fault.
func TestInjectorConfigOfOthers(t *testing.T) {
	for _, data := range []string{
		"data: {config: 'plugin = [\"a\"'}", "data: {values: '{'}", "data: {}", "a: b", "data: {config: ''}",
	} {
		o := fromYAML(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"+data)
		if c := ConfigMaps.Of(o); o.Fault != nil || c.Injector != nil {
			t.Errorf("%s: %+v, fault %v", data, c, o.Fault)
		}
	}
}

// TestInjectorFaults: an entry that does not decode is named, and the ConfigMap
// has no configuration, so that who reads it is not evaluated.
func TestInjectorFaults(t *testing.T) {
	for from, to := range map[string][2]string{
		"policy: enabled":             {"policy: [a]", "data.config"},
		"- matchExpressions:":         {"- matchExpressions: }", "data.config"},
		`"cpu": 2,`:                   {`"cpu": "two",`, "data.values"},
		`"global": {`:                 {`"global": [`, "data.values"},
		`"statusPort": 15020,`:        {`"statusPort": {},`, "data.values"},
		`"cni": {"enabled": true, "p`: {`"cni": {"enabled": [], "p`, "data.values"},
	} {
		o := fromYAML(t, strings.Replace(injectorManifest, from, to[0], 1))
		if o.Fault == nil || o.Fault.Field != to[1] {
			t.Errorf("%s: fault %+v", to[0], o.Fault)
			continue
		}
		if c := ConfigMaps.Of(o); c == nil || c.Data["other"] != "kept" {
			t.Errorf("%s: %+v", to[0], c)
		}
	}
}

// TestTemplatesWakeNobody: what of the configuration is not projected makes no
// difference.
func TestTemplatesWakeNobody(t *testing.T) {
	row, _ := Lookup(ConfigMaps.Name)
	before := fromYAML(t, injectorManifest)
	for text, same := range map[string]bool{
		strings.Replace(injectorManifest, "spec: {}", "spec: {a: b}", 1):                 true,
		strings.Replace(injectorManifest, "policy: enabled", "policy: disabled", 1):      false,
		strings.Replace(injectorManifest, `"memory": "1Gi"`, `"memory": "2Gi"`, 1):       false,
		strings.Replace(injectorManifest, "other: kept", "other: changed", 1):            false,
		strings.Replace(injectorManifest, "{istio.io/rev: default}", "{team: other}", 1): false,
	} {
		if got := row.Equal(before.Value, fromYAML(t, text).Value); got != same {
			t.Errorf("equal %v, want %v:\n%s", got, same, text)
		}
	}
}

func TestRootCertificates(t *testing.T) {
	o := fromYAML(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-ca-root-cert, namespace: istio-system}\n"+
		"data: {root-cert.pem: nonsense, other: kept}")
	c := ConfigMaps.Of(o)
	if o.Fault != nil || len(c.CACertificates) != 0 || len(c.Data) != 1 || !OfMesh(o) {
		t.Errorf("%+v, fault %v", c, o.Fault)
	}
}
