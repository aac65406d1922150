package mesh

import (
	"fmt"
	"iter"
	"maps"
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
//   - Where a Sidecar for the whole mesh lets namespaces see but what it names,
//     two namespaces need not see the same.
func Rivals(r inventory.Reader, vs *kinds.VirtualService, fqdn string) Rivalry {
	self := kinds.VirtualServices.Ref(vs.Namespace, vs.Name)
	own := competitorOf(vs)
	found := rivalry(self, own.rivals(competitors.Everywhere(r, fqdn)))
	if found.Count == 0 {
		return found
	}
	if narrow := narrowSidecars.Everywhere(r, ""); len(narrow) > 0 && narrow[RootNamespace(r)] {
		found = rivalry(self, own.rivals(competitorsIn.Everywhere(r, fqdn)[vs.Namespace]))
	}
	return found
}

// competitors sums up the VirtualServices of a host: those that are alike for
// others are one. competitorsIn does so for each namespace.
var (
	competitors = kinds.Summarize(kinds.VirtualServicesByHost, "competitors",
		func(list iter.Seq[*kinds.VirtualService]) field {
			all := field{}
			for vs := range list {
				all.enter(vs)
			}
			return all
		}, field.equal)
	competitorsIn = kinds.Summarize(kinds.VirtualServicesByHost, "competitors by namespace",
		func(list iter.Seq[*kinds.VirtualService]) map[string]field {
			all := map[string]field{}
			for vs := range list {
				if all[vs.Namespace] == nil {
					all[vs.Namespace] = field{}
				}
				all[vs.Namespace].enter(vs)
			}
			return all
		}, func(a, b map[string]field) bool { return maps.EqualFunc(a, b, field.equal) })
)

// field holds the competitors of a host by what distinguishes them, as text.
type field map[string]*competitor

// competitor is VirtualServices that sidecars see alike.
type competitor struct {
	tiers    []string // see [tiersOf]
	ports    []uint32 // see [meshPorts]
	revision string
	cohort
}

func competitorOf(vs *kinds.VirtualService) *competitor {
	return &competitor{tiers: tiersOf(vs), ports: meshPorts(vs), revision: vs.Labels[kinds.RevisionLabel]}
}

func (f field) enter(vs *kinds.VirtualService) {
	if !vs.Deleted.IsZero() || !ForMesh(vs) {
		return
	}
	c := competitorOf(vs)
	key := c.key()
	if f[key] == nil {
		f[key] = c
	}
	f[key].add(peerOf(kinds.VirtualServices.Ref(vs.Namespace, vs.Name), &vs.Meta))
}

func (f field) equal(o field) bool {
	return maps.EqualFunc(f, o, func(a, b *competitor) bool { return a.equal(&b.cohort) })
}

// key tells competitors apart.
func (c *competitor) key() string {
	return strings.Join(c.tiers, ",") + " " + fmt.Sprint(c.ports) + " " + c.revision
}

// rivals are the cohorts of a field that compete with a competitor, its own
// included unless it competes with nobody.
func (c *competitor) rivals(f field) []*cohort {
	var out []*cohort
	for _, o := range f {
		if oneRevision(c.revision, o.revision) && meet(c.tiers, o.tiers) && meetPorts(c.ports, o.ports) {
			out = append(out, &o.cohort)
		}
	}
	return out
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(t string) bool { return slices.Contains(b, t) })
}

// meetPorts tells whether two lists have a port in common, 0 being all.
func meetPorts(a, b []uint32) bool {
	return slices.ContainsFunc(a, func(p uint32) bool {
		return slices.ContainsFunc(b, func(q uint32) bool { return p == q || p == 0 || q == 0 })
	})
}

// oneRevision tells whether one istiod may see objects of two revisions, each
// of which may be "": it leaves out those that are labelled for another.
func oneRevision(x, y string) bool { return x == "" || y == "" || x == y }

// tiersOf lists where sidecars find a VirtualService: among what is for all, or
// in a namespace among its own ("./name") or among what others export to it.
func tiersOf(vs *kinds.VirtualService) []string {
	scope := NewScope(vs.Spec.GetExportTo(), vs.Namespace)
	if scope.Everywhere() {
		return []string{"*"}
	}
	tiers := slices.Clone(scope.Names())
	for i, n := range tiers {
		if n == vs.Namespace {
			tiers[i] = "./" + n
		}
	}
	return tiers
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
	slices.Sort(out)
	return out
}

func anySidecar(m *networking.HTTPMatchRequest) bool {
	forMesh := len(m.GetGateways()) == 0 || slices.Contains(m.GetGateways(), kinds.MeshGateway)
	return forMesh && len(m.GetSourceLabels()) == 0 && m.GetSourceNamespace() == ""
}

// narrowSidecars are the namespaces with a Sidecar for all of their workloads
// that imports not everything.
var narrowSidecars = kinds.Summarize(kinds.Sidecars.Whole(), "narrow",
	func(list iter.Seq[*kinds.Sidecar]) map[string]bool {
		narrow := map[string]bool{}
		for s := range list {
			if len(s.Spec.GetWorkloadSelector().GetLabels()) == 0 && len(s.Spec.GetEgress()) > 0 && !importsAll(s) {
				narrow[s.Namespace] = true
			}
		}
		return narrow
	}, maps.Equal[map[string]bool, map[string]bool])

func importsAll(s *kinds.Sidecar) bool {
	for _, e := range s.Spec.GetEgress() {
		if slices.ContainsFunc(e.GetHosts(), func(h string) bool { return strings.HasPrefix(h, "*/") }) {
			return true
		}
	}
	return false
}
