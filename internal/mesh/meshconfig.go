package mesh

import (
	"strings"

	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Config is a MeshConfig. Fields are as written; the methods know the defaults
// of istiod (DefaultMeshConfig in istio/pkg/config/mesh).
type Config struct {
	*meshconfig.MeshConfig // never nil
	// Source is the ConfigMap that holds it; nil if there is none, so that the
	// defaults hold.
	Source *kinds.ConfigMap
}

// MeshConfig reads the configuration of the mesh. It is that of the default
// revision (ConfigMap istio of the root namespace of the policy), else that of
// the first other one by name.
//
// In files the ConfigMaps are off unless one is given, and then a check that
// comes here is not evaluated: so come late.
func MeshConfig(r inventory.Reader) Config {
	settings := kinds.MeshSettings(r)
	if c := kinds.ConfigMaps.Get(r, settings.RootNamespace, "istio"); c != nil && c.Mesh != nil {
		return Config{MeshConfig: c.Mesh, Source: c}
	}
	for _, c := range MeshConfigs(r) {
		return c
	}
	return Config{MeshConfig: &meshconfig.MeshConfig{}}
}

// MeshConfigs reads the configurations of all revisions, by name, then those
// that the policy adds. It is empty if no mesh is installed.
func MeshConfigs(r inventory.Reader) []Config {
	settings := kinds.MeshSettings(r)
	var out []Config
	for c := range kinds.ConfigMaps.In(r, settings.RootNamespace) {
		if c.Mesh != nil && (c.Name == "istio" || strings.HasPrefix(c.Name, "istio-")) {
			out = append(out, Config{MeshConfig: c.Mesh, Source: c})
		}
	}
	for _, named := range settings.ConfigMaps {
		namespace, name, _ := strings.Cut(named, "/")
		if c := kinds.ConfigMaps.Get(r, namespace, name); c != nil && c.Mesh != nil && !has(out, c) {
			out = append(out, Config{MeshConfig: c.Mesh, Source: c})
		}
	}
	return out
}

func has(list []Config, c *kinds.ConfigMap) bool {
	for i := range list {
		if list[i].Source == c {
			return true
		}
	}
	return false
}

// RootNamespace reads which namespace holds what applies to the whole mesh:
// the policy's, or what the MeshConfig says where the policy leaves it open.
func RootNamespace(r inventory.Reader) string {
	if s := kinds.MeshSettings(r); s.RootGiven {
		return s.RootNamespace
	}
	return MeshConfig(r).Root(r)
}

// Root is the root namespace, given the configuration.
func (c Config) Root(r inventory.Reader) string {
	s := kinds.MeshSettings(r)
	if root := c.GetRootNamespace(); root != "" && !s.RootGiven {
		return root
	}
	return s.RootNamespace
}

// AutoMTLS tells whether sidecars speak mutual TLS to each other without being
// told: they do unless it is switched off.
func (c Config) AutoMTLS() bool {
	v := c.GetEnableAutoMtls()
	return v == nil || v.GetValue()
}
