package kinds

import (
	extensions "istio.io/api/extensions/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of Istio's extension kinds.
type (
	// WasmPlugin loads a WebAssembly filter into proxies.
	WasmPlugin = Resource[extensions.WasmPlugin]
	// TrafficExtension loads a WebAssembly or Lua filter into proxies.
	TrafficExtension = Resource[extensions.TrafficExtension]
)

var (
	// WasmPlugins is the kind WasmPlugin.
	WasmPlugins = istio[extensions.WasmPlugin](Row{
		KindInfo: &inventory.KindInfo{Kind: "WasmPlugin.extensions.istio.io", Namespaced: true},
		Plural:   "wasmplugins", Versions: []string{"v1alpha1"},
	})
	// TrafficExtensions is the kind TrafficExtension.
	TrafficExtensions = istio[extensions.TrafficExtension](Row{
		KindInfo: &inventory.KindInfo{Kind: "TrafficExtension.extensions.istio.io", Namespaced: true},
		Plural:   "trafficextensions", Versions: []string{"v1alpha1"},
	})
)
