package mesh

import (
	"strings"

	meshconfig "istio.io/api/mesh/v1alpha1"
)

// builtIn are the providers that istiod adds to those of every MeshConfig
// (DefaultMeshConfig in pkg/config/mesh).
var builtIn = []*meshconfig.MeshConfig_ExtensionProvider{
	{Name: "prometheus", Provider: &meshconfig.MeshConfig_ExtensionProvider_Prometheus{}},
	{Name: "stackdriver", Provider: &meshconfig.MeshConfig_ExtensionProvider_Stackdriver{
		Stackdriver: &meshconfig.MeshConfig_ExtensionProvider_StackdriverProvider{},
	}},
	{Name: "envoy", Provider: &meshconfig.MeshConfig_ExtensionProvider_EnvoyFileAccessLog{}},
}

// Provider finds a provider by the name that a Telemetry gives, in any case of
// letters as istiod does; nil if there is none.
func (c Config) Provider(name string) *meshconfig.MeshConfig_ExtensionProvider {
	for _, list := range [][]*meshconfig.MeshConfig_ExtensionProvider{c.GetExtensionProviders(), builtIn} {
		for _, p := range list {
			if strings.EqualFold(p.GetName(), name) {
				return p
			}
		}
	}
	return nil
}

// canLog tells whether a provider takes access logs.
func canLog(p *meshconfig.MeshConfig_ExtensionProvider) bool {
	switch p.GetProvider().(type) {
	case *meshconfig.MeshConfig_ExtensionProvider_EnvoyFileAccessLog,
		*meshconfig.MeshConfig_ExtensionProvider_EnvoyHttpAls,
		*meshconfig.MeshConfig_ExtensionProvider_EnvoyTcpAls, *meshconfig.MeshConfig_ExtensionProvider_EnvoyOtelAls,
		*meshconfig.MeshConfig_ExtensionProvider_Stackdriver:
		return true
	}
	return false
}
