package mesh

import (
	"slices"

	"istio.io/api/label"
	telemetry "istio.io/api/telemetry/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// AccessLogging tells whether a proxy writes access logs, in one of the modes
// that it has: a gateway that of a client, a sidecar both (and a proxy of the
// Gateway API, which may be a waypoint).
//
// It is what istiod does (AccessLogging and mergeLogs of pilot/pkg/model, and
// pilot/pkg/networking/core/accesslog.go): without any entry and default
// provider, and where no entry is about a provider that exists, the MeshConfig's
// accessLogFile and enableEnvoyAccessLogService decide. Filters are not judged.
func AccessLogging(r inventory.Reader, c Config, proxy *Template) bool {
	var entries [][]*telemetry.AccessLogging
	for _, t := range Telemetries(r, c.Root(r), proxy) {
		if len(t.Spec.GetAccessLogging()) > 0 {
			entries = append(entries, t.Spec.GetAccessLogging())
		}
	}
	_, ofKube := proxy.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return c.logs(entries, telemetry.WorkloadMode_CLIENT) ||
		(ofKube || proxy.Role() != GatewayProxy) && c.logs(entries, telemetry.WorkloadMode_SERVER)
}

func (c Config) logs(levels [][]*telemetry.AccessLogging, mode telemetry.WorkloadMode) bool {
	exists := false
	for name, on := range loggers(levels, c.GetDefaultProviders().GetAccessLogging(), mode) {
		p := c.Provider(name)
		if p == nil || !canLog(p) {
			continue
		}
		if on {
			return true
		}
		exists = exists || p.GetStackdriver() == nil
	}
	return !exists && (c.GetAccessLogFile() != "" || c.GetEnableEnvoyAccessLogService())
}

// loggers are the providers in scope, each with whether it is on.
func loggers(levels [][]*telemetry.AccessLogging, defaults []string, mode telemetry.WorkloadMode) map[string]bool {
	out := map[string]bool{}
	if len(levels) == 0 {
		for _, name := range defaults {
			out[name] = true
		}
		return out
	}
	scope := inScope(levels, defaults, mode)
	names := defaults
	for _, level := range levels {
		for _, entry := range level {
			if own := providerNames(entry); len(own) > 0 {
				names = own
			}
			if !inMode(entry, mode) {
				continue
			}
			for _, name := range names {
				if slices.Contains(scope, name) {
					out[name] = !entry.GetDisabled().GetValue()
				}
			}
		}
	}
	return out
}

// inScope are the providers that the most specific level with any names, else
// the defaults.
func inScope(levels [][]*telemetry.AccessLogging, defaults []string, mode telemetry.WorkloadMode) []string {
	for _, level := range slices.Backward(levels) {
		var names []string
		for _, entry := range level {
			if inMode(entry, mode) {
				names = append(names, providerNames(entry)...)
			}
		}
		if len(names) > 0 {
			return names
		}
	}
	return defaults
}

func inMode(entry *telemetry.AccessLogging, mode telemetry.WorkloadMode) bool {
	m := entry.GetMatch()
	return m == nil || m.GetMode() == telemetry.WorkloadMode_CLIENT_AND_SERVER || m.GetMode() == mode
}

func providerNames(entry *telemetry.AccessLogging) []string {
	names := make([]string, len(entry.GetProviders()))
	for i, p := range entry.GetProviders() {
		names[i] = p.GetName()
	}
	return names
}
