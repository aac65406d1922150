package kinds

import (
	"strings"
	"testing"
)

const meshManifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  meshNetworks: "networks: {}"
  mesh: |
    rootNamespace: istio-config
    enableAutoMtls: false
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
    aFieldOfTomorrow: {a: [1]}
`

func TestMeshConfigIsDecoded(t *testing.T) {
	o := fromYAML(t, meshManifest)
	if o.Fault != nil {
		t.Fatal(o.Fault)
	}
	c := ConfigMaps.Of(o)
	if m := c.Mesh; m.GetRootNamespace() != "istio-config" || m.GetEnableAutoMtls().GetValue() ||
		m.GetOutboundTrafficPolicy().GetMode().String() != "REGISTRY_ONLY" {
		t.Errorf("mesh: %v", m)
	}
	if c.Data["meshNetworks"] == "" {
		t.Errorf("data: %v", c.Data)
	}
}

func TestMeshConfigThatIsNotThere(t *testing.T) {
	for text, there := range map[string]bool{
		`data: {root.pem: abc}`: false,
		`data: {mesh: ""}`:      true,
		`data: {mesh: "null"}`:  true,
	} {
		c := ConfigMaps.Of(fromYAML(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: a}\n"+text))
		if c == nil || (c.Mesh != nil) != there {
			t.Errorf("%s: %+v", text, c)
		}
	}
}

// What does not decode is told by its field, and the rest of the ConfigMap is kept.
func TestMeshConfigFaults(t *testing.T) {
	tests := map[string]string{
		`mesh: "enableAutoMtls: perhaps"`:                             "enableAutoMtls: ",
		`mesh: "outboundTrafficPolicy: {mode: DENY_SOME}"`:            "outboundTrafficPolicy.mode: ",
		`mesh: "{trustDomain: a, extensionProviders: [{name: [1]}]}"`: "extensionProviders[0].name: ",
		`mesh: "a: [b"`:            "yaml: ",
		`mesh: "just a text"`:      "",
		`mesh: {rootNamespace: a}`: "found object where a string is expected",
	}
	for entry, message := range tests {
		o := fromYAML(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: a}\ndata:\n  other: kept\n  "+entry)
		if o.Fault == nil || o.Fault.Field != "data.mesh" || !strings.HasPrefix(o.Fault.Message, message) {
			t.Errorf("%s: fault %+v", entry, o.Fault)
			continue
		}
		if c := ConfigMaps.Of(o); c == nil || c.Mesh != nil || c.Data["other"] != "kept" {
			t.Errorf("%s: %+v", entry, c)
		}
	}
}
