package mesh

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Rivals finds the other VirtualServices whose http routes for a host compete
// with those of one: sidecars of some namespace see both, in no other order
// than that of their age, and take the host's routes from the first alone.
//
//   - What a namespace has for itself comes before what others export to it,
//     and that before what is exported to all (istiod's SelectVirtualServices).
//   - A VirtualService without an http route for a port or a client leaves both
//     to others. So routes for different ports are no rivals, and where all
//     routes are for some clients the answer is not certain, so none.
//   - tls and tcp routes of several VirtualServices are all used.
func Rivals(r inventory.Reader, vs *kinds.VirtualService, fqdn string) []*kinds.VirtualService {
	var out []*kinds.VirtualService
	for other := range kinds.VirtualServicesByHost.Everywhere(r, fqdn) {
		if other != vs && other.Deleted.IsZero() && ForMesh(other) && OneRevision(&vs.Meta, &other.Meta) &&
			sameTier(vs, other) && compete(vs, other) {
			out = append(out, other)
		}
	}
	elsewhere := func(o *kinds.VirtualService) bool { return o.Namespace != vs.Namespace }
	if slices.ContainsFunc(out, elsewhere) && importsOwn(r) {
		out = slices.DeleteFunc(out, elsewhere)
	}
	return out
}

// OneRevision tells whether one istiod may see both objects: it leaves out
// those that are labelled for another revision.
func OneRevision(a, b *kinds.Meta) bool {
	x, y := a.Labels[kinds.RevisionLabel], b.Labels[kinds.RevisionLabel]
	return x == "" || y == "" || x == y
}

// sameTier tells whether some namespace sees both on the same footing.
func sameTier(a, b *kinds.VirtualService) bool {
	x, y := NewScope(a.Spec.GetExportTo(), a.Namespace), NewScope(b.Spec.GetExportTo(), b.Namespace)
	if x.Everywhere() || y.Everywhere() {
		return x.Everywhere() && y.Everywhere()
	}
	return slices.ContainsFunc(x.Names(), func(n string) bool {
		return y.Covers(n) && (n == a.Namespace) == (n == b.Namespace)
	})
}

// compete tells whether both have http routes for any client on one port.
func compete(a, b *kinds.VirtualService) bool {
	x, y := meshPorts(a), meshPorts(b)
	return slices.ContainsFunc(x, func(p uint32) bool {
		return slices.ContainsFunc(y, func(q uint32) bool { return p == q || p == 0 || q == 0 })
	})
}

// meshPorts are the ports for which a VirtualService has http routes that any
// sidecar takes, 0 for all.
func meshPorts(vs *kinds.VirtualService) []uint32 {
	var out []uint32
	for _, route := range vs.Spec.GetHttp() {
		if len(route.GetMatch()) == 0 {
			return []uint32{0}
		}
		for _, m := range route.GetMatch() {
			if anySidecar(m) && !slices.Contains(out, m.GetPort()) {
				out = append(out, m.GetPort())
			}
		}
	}
	return out
}

func anySidecar(m *networking.HTTPMatchRequest) bool {
	forMesh := len(m.GetGateways()) == 0 || slices.Contains(m.GetGateways(), kinds.MeshGateway)
	return forMesh && len(m.GetSourceLabels()) == 0 && m.GetSourceNamespace() == ""
}

// importsOwn tells whether a Sidecar for the whole mesh lets namespaces see but
// what it names, so that two namespaces need not see the same.
func importsOwn(r inventory.Reader) bool {
	var narrow []string
	for s := range kinds.Sidecars.All(r) {
		if len(s.Spec.GetWorkloadSelector().GetLabels()) == 0 && len(s.Spec.GetEgress()) > 0 && !importsAll(s) {
			narrow = append(narrow, s.Namespace)
		}
	}
	return len(narrow) > 0 && slices.Contains(narrow, RootNamespace(r))
}

func importsAll(s *kinds.Sidecar) bool {
	for _, e := range s.Spec.GetEgress() {
		if slices.ContainsFunc(e.GetHosts(), func(h string) bool { return strings.HasPrefix(h, "*/") }) {
			return true
		}
	}
	return false
}
