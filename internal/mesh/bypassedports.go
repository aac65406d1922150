package mesh

import (
	"iter"
	"slices"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServedPort is a TCP port of a template's Pods to which a Service leads.
type ServedPort struct {
	Number  int32
	Service *kinds.Service
	// names are those of the Service's port and of the container's.
	names []string
}

// ServedPorts yields where the Services that select a template lead, as far as
// it is known.
func ServedPorts(r inventory.Reader, t *Template) iter.Seq[ServedPort] {
	return func(yield func(ServedPort) bool) {
		for s := range ServicesOf(r, t) {
			for i := range s.Ports {
				p := &s.Ports[i]
				number, known := TargetPort(p, t.Spec)
				if p.Protocol != "TCP" || !known {
					continue
				}
				if !yield(ServedPort{number, s, append(portNames(t.Spec, number), p.Name)}) {
					return
				}
			}
		}
	}
}

func portNames(spec *kinds.PodSpec, number int32) []string {
	var out []string
	for c := range spec.AllContainers {
		for _, p := range c.Ports {
			if p.Number == number {
				out = append(out, p.Name)
			}
		}
	}
	return out
}

// Auxiliary tells whether a port seems to be for those who watch the workload
// from outside of the mesh, and is rightly kept from the proxy: the ports of
// the proxy itself, one that Prometheus is told of, or one whose name says so.
func (s *ServedPort) Auxiliary(t *Template) bool {
	return ProxyPortNumber(s.Number) || listed(t.Annotations["prometheus.io/port"], s.Number) ||
		slices.ContainsFunc(s.names, func(name string) bool {
			return slices.ContainsFunc(strings.Split(name, "-"), func(word string) bool {
				return slices.Contains(auxiliary, word)
			})
		})
}

// auxiliary are words of usual names of such ports.
var auxiliary = []string{
	"health", "healthcheck", "healthz", "live", "liveness", "livez", "metric", "metrics", "monitoring", "probe", "prom",
	"prometheus", "readiness", "ready", "readyz", "scrape", "webhook", "webhooks",
}

// PassedBy is the annotation by which a port of a template's Pods is kept from
// the sidecar, "" if the sidecar gets it; see [Captured].
func PassedBy(t *Template, port int32) string {
	if Captured(t, port) {
		return ""
	}
	mode, exclude := annotation.SidecarInterceptionMode.Name, annotation.SidecarTrafficExcludeInboundPorts.Name
	switch {
	case t.Annotations[mode] == "NONE":
		return mode
	case listed(t.Annotations[exclude], port):
		return exclude
	}
	return annotation.SidecarTrafficIncludeInboundPorts.Name
}

// PolicyOf finds an AuthorizationPolicy that the proxy of a template's Pods is
// to enforce, not a waypoint or gateway; nil if there is none. What it says is
// not judged, and the root namespace is that of the settings, as in [Guarded].
func PolicyOf(r inventory.Reader, t *Template) *kinds.AuthorizationPolicy {
	for _, namespace := range []string{t.Ref.Namespace, kinds.MeshSettings(r).RootNamespace} {
		for a := range kinds.AuthorizationPolicies.In(r, namespace) {
			targeted := len(a.Spec.GetTargetRefs()) > 0 || a.Spec.GetTargetRef() != nil
			if acts(a) && !targeted && kinds.Selects(a.Spec.GetSelector().GetMatchLabels(), t.Labels) {
				return a
			}
		}
	}
	return nil
}

// Proxyless tells whether the Pods of a template ask for an agent that lets
// gRPC do without Envoy, so that nothing is redirected.
func Proxyless(t *Template) bool {
	return slices.ContainsFunc(strings.Split(t.Annotations[annotation.InjectTemplates.Name], ","), func(name string) bool {
		return strings.HasPrefix(strings.TrimSpace(name), "grpc-")
	})
}
