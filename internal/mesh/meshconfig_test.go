package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func configMap(namespace, name, config string) string {
	return "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: " + namespace + ", name: " + name +
		", labels: {istio.io/rev: a}}\ndata: {mesh: \"" + config + "\"}\n"
}

func TestMeshConfig(t *testing.T) {
	tests := []struct {
		name, manifests string
		settings        *kinds.MeshConfiguration
		source, root    string
		auto            bool
	}{
		{"none", "", nil, "", "istio-system", true},
		{"the default revision first", configMap("istio-system", "istio-canary", "rootNamespace: b") +
			configMap("istio-system", "istio", "{rootNamespace: c, enableAutoMtls: false}"), nil, "istio", "c", false},
		{"another revision", configMap("istio-system", "istio-canary", "enableAutoMtls: false"), nil, "istio-canary", "istio-system", false},
		{"its root", configMap("istio-system", "istio", "rootNamespace: config"), nil, "istio", "config", true},
		{
			"the policy's root", configMap("mesh", "istio", "rootNamespace: config"),
			&kinds.MeshConfiguration{RootNamespace: "mesh", RootGiven: true}, "istio", "mesh", true,
		},
		{"not the one of another namespace", configMap("shop", "istio", "rootNamespace: config"), nil, "", "istio-system", true},
		{"not another ConfigMap", configMap("istio-system", "other", "rootNamespace: config"), nil, "", "istio-system", true},
		{
			"unless the policy says so", configMap("shop", "other", "rootNamespace: config"),
			&kinds.MeshConfiguration{RootNamespace: "istio-system", ConfigMaps: []string{"shop/other", "shop/none"}},
			"other", "config", true,
		},
	}
	for _, tt := range tests {
		s := fromManifests(t, tt.manifests)
		if tt.settings != nil {
			s.Apply(tt.settings.Object())
		}
		c := mesh.MeshConfig(s)
		source := ""
		if c.Source != nil {
			source = c.Source.Name
		}
		if source != tt.source || mesh.RootNamespace(s) != tt.root || c.AutoMTLS() != tt.auto {
			t.Errorf("%s: source %q, root %q, auto %v", tt.name, source, mesh.RootNamespace(s), c.AutoMTLS())
		}
	}
}
