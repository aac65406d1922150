package kinds

import (
	telemetry "istio.io/api/telemetry/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Telemetry says what proxies log, trace and measure.
type Telemetry = Resource[telemetry.Telemetry]

// Telemetries is the kind Telemetry.
var Telemetries = istio[telemetry.Telemetry](Row{
	KindInfo: &inventory.KindInfo{Kind: "Telemetry.telemetry.istio.io", Namespaced: true},
	Plural:   "telemetries", Versions: []string{"v1", "v1alpha1"},
})
