package mesh

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Entrance is a server of a Gateway by which strangers come, or may come, to
// the routes of a VirtualService.
type Entrance struct {
	Gateway *kinds.Gateway
	Server  *networking.Server
	// Open is Yes or Maybe, as in [PublicServer], and By what it names.
	Open Answer
	By   inventory.Ref
}

// Authenticates tells whether the server demands a certificate of its clients.
func (e *Entrance) Authenticates() bool {
	mode := e.Server.GetTls().GetMode()
	return mode == networking.ServerTLSSettings_MUTUAL || mode == networking.ServerTLSSettings_ISTIO_MUTUAL
}

// PublicDestinations yields the destinations of a VirtualService to which
// requests of strangers lead, each with the most open entrance that leads there.
// Mirrors, whose responses nobody gets, and what gets no request are left out,
// as are entrances that demand a certificate. For a VirtualService to which
// others delegate, their entrances count.
func PublicDestinations(r inventory.Reader, vs *kinds.VirtualService) iter.Seq2[Destination, Entrance] {
	return func(yield func(Destination, Entrance) bool) {
		if OnlyMesh(vs) && len(vs.Spec.GetHosts()) > 0 {
			return
		}
		entrances := entrancesOf(r, vs)
		if len(entrances) == 0 {
			return
		}
		for d := range Destinations(vs) {
			if e := widest(vs, d.Field, entrances); e != nil && !d.Mirror && !d.Idle && !yield(d, *e) {
				return
			}
		}
	}
}

// widest is the most open entrance that leads to the route in which a field
// lies; nil if none does.
func widest(vs *kinds.VirtualService, field string, entrances []Entrance) *Entrance {
	var best *Entrance
	for i := range entrances {
		e := &entrances[i]
		if (best == nil || e.Open > best.Open) && e.leadsTo(vs, field) {
			best = e
		}
	}
	return best
}

func entrancesOf(r inventory.Reader, vs *kinds.VirtualService) []Entrance {
	if len(vs.Spec.GetHosts()) > 0 {
		return ownEntrances(r, vs)
	}
	var out []Entrance
	for root := range kinds.VirtualServicesByDelegate.Everywhere(r, kinds.NamespacedName(vs.Namespace, vs.Name)) {
		for _, e := range ownEntrances(r, root) {
			if e.delegatesTo(root, vs) {
				out = append(out, e)
			}
		}
	}
	return out
}

func ownEntrances(r inventory.Reader, vs *kinds.VirtualService) []Entrance {
	var out []Entrance
	scope := NewScope(vs.Spec.GetExportTo(), vs.Namespace)
	for _, name := range vs.Spec.GetGateways() {
		if name == kinds.MeshGateway {
			continue
		}
		g := GatewayNamed(r, name, vs.Namespace)
		if g == nil || !g.Deleted.IsZero() {
			continue
		}
		for _, s := range g.Spec.GetServers() {
			e := Entrance{Gateway: g, Server: s}
			if e.Authenticates() || !servesAny(g, s, vs) {
				continue
			}
			if e.Open, e.By = PublicServer(r, g, s, scope); e.Open != No {
				out = append(out, e)
			}
		}
	}
	return out
}

func servesAny(g *kinds.Gateway, s *networking.Server, vs *kinds.VirtualService) bool {
	return slices.ContainsFunc(vs.Spec.GetHosts(), func(host string) bool {
		return serverServes(g, s, host, vs.Namespace)
	})
}

// leadsTo tells whether the server takes the route of a VirtualService in which
// a field lies: its protocol takes routes of that kind, and a match admits it.
func (e *Entrance) leadsTo(vs *kinds.VirtualService, field string) bool {
	kind := e.RouteKind()
	i, ok := routeIndex(field, kind)
	if !ok {
		return false
	}
	switch http, tls, tcp := vs.Spec.GetHttp(), vs.Spec.GetTls(), vs.Spec.GetTcp(); {
	case kind == "http" && i < len(http):
		return admitted(e, vs.Namespace, http[i].GetMatch())
	case kind == "tls" && i < len(tls):
		return admitted(e, vs.Namespace, tls[i].GetMatch())
	case kind == "tcp" && i < len(tcp):
		return admitted(e, vs.Namespace, tcp[i].GetMatch())
	}
	return false
}

// routeIndex is the position of the route of a kind in which a field lies;
// false if that is in none.
func routeIndex(field, kind string) (int, bool) {
	rest, ok := strings.CutPrefix(field, "spec."+kind+"[")
	number, _, closed := strings.Cut(rest, "].")
	i, err := strconv.Atoi(number)
	return i, ok && closed && err == nil
}

// routeMatch is a condition of any kind of route.
type routeMatch interface {
	GetPort() uint32
	GetGateways() []string
	GetSourceLabels() map[string]string
	GetSourceNamespace() string
}

// admitted tells whether a route's matches let requests of strangers in: one
// that names other gateways, another port or workloads as sources does not.
func admitted[M routeMatch](e *Entrance, namespace string, matches []M) bool {
	return len(matches) == 0 || slices.ContainsFunc(matches, func(m M) bool {
		port := m.GetPort() == 0 || m.GetPort() == e.Server.GetPort().GetNumber()
		anyone := len(m.GetSourceLabels()) == 0 && m.GetSourceNamespace() == ""
		return port && anyone && (len(m.GetGateways()) == 0 || e.isAmong(m.GetGateways(), namespace))
	})
}

func (e *Entrance) isAmong(gateways []string, namespace string) bool {
	own := kinds.NamespacedName(e.Gateway.Namespace, e.Gateway.Name)
	return slices.ContainsFunc(gateways, func(g string) bool { return kinds.ResolveGateway(g, namespace) == own })
}

// delegatesTo tells whether a route of root that the server takes delegates to
// a VirtualService.
func (e *Entrance) delegatesTo(root, vs *kinds.VirtualService) bool {
	return e.RouteKind() == "http" && slices.ContainsFunc(root.Spec.GetHttp(), func(route *networking.HTTPRoute) bool {
		d := route.GetDelegate()
		ns := d.GetNamespace()
		if ns == "" {
			ns = root.Namespace
		}
		return d != nil && d.GetName() == vs.Name && ns == vs.Namespace && admitted(e, root.Namespace, route.GetMatch())
	})
}

// Port is the number of the server's port.
func (e *Entrance) Port() string {
	return strconv.FormatUint(uint64(e.Server.GetPort().GetNumber()), 10)
}

// Describe says what lets strangers in, for a message.
func (e *Entrance) Describe() string {
	way := "port " + e.Port() + " of Gateway " + e.Gateway.Namespace + "/" + e.Gateway.Name
	if e.By.Name == "" {
		return way
	}
	return way + " (opened by " + e.By.String() + ")"
}

// Refs names the Gateway, and what opens it.
func (e *Entrance) Refs() []inventory.Ref {
	refs := []inventory.Ref{kinds.Gateways.Ref(e.Gateway.Namespace, e.Gateway.Name)}
	if e.By.Name != "" {
		refs = append(refs, e.By)
	}
	return refs
}
