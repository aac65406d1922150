package mesh

import (
	"fmt"
	"iter"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Silence says that proxies of a namespace write no access logs.
type Silence struct {
	// Proxy is a workload whose proxy writes none, By the object that decides.
	Proxy, By inventory.Ref
	// Why names the decision.
	Why string
	// All: no proxy of the namespace writes any.
	All bool
}

// SilentProxies finds out whether proxies of a namespace write no access logs
// under the configuration of any revision; nil if all do, if there is no proxy,
// or if no configuration is known. Unless a Telemetry of the namespace singles
// out some proxies, the first one stands for all.
func SilentProxies(r inventory.Reader, namespace string) *Silence {
	var found *Silence
	logging := false
	for proxy := range proxies(r, namespace) {
		configs := MeshConfigs(r)
		if len(configs) == 0 {
			return nil
		}
		switch logs := slices.ContainsFunc(configs, func(c Config) bool { return AccessLogging(r, c, &proxy) }); {
		case logs:
			logging = true
		case found == nil:
			found = silence(r, configs[0], &proxy)
		}
		if !SingleOut(r, namespace) {
			break
		}
	}
	if found != nil {
		found.All = !logging
	}
	return found
}

// proxies yields the Pods of a namespace, or what makes them, that have an
// Envoy of Istio's or ask for one.
func proxies(r inventory.Reader, namespace string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		for t := range Templates(r, namespace, nil) {
			if (t.Role() == GatewayProxy || Sidecars(r, &t) != No) && !yield(t) {
				return
			}
		}
	}
}

func silence(r inventory.Reader, c Config, proxy *Template) *Silence {
	s := &Silence{Proxy: WorkloadOf(r, proxy), By: kinds.ConfigMaps.Ref(c.Source.Namespace, c.Source.Name)}
	s.Why = fmt.Sprintf("%s names no accessLogFile, and no Telemetry asks for logs", s.By)
	for _, t := range slices.Backward(Telemetries(r, c.Root(r), proxy)) {
		if len(t.Spec.GetAccessLogging()) > 0 {
			s.By = kinds.Telemetries.Ref(t.Namespace, t.Name)
			s.Why = fmt.Sprintf("%s leaves no provider on that the mesh has", s.By)
			break
		}
	}
	return s
}
