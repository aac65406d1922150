// Package hostnotingateway flags hosts of VirtualServices that their gateways
// do not serve.
package hostnotingateway

import (
	"slices"
	"strconv"
	"sync"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags hosts of VirtualServices that their gateways do not serve.
var Analyzer = &analysis.Analyzer{
	Name:        "hostnotingateway",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A gateway of a VirtualService does not serve its host",
	Why:         "The routes are not installed for that host, and requests for it get 404 or fail in the TLS handshake.",
	Fix:         "Add the host to a server of the Gateway, with the namespace of the VirtualService if it has a namespace/ prefix, or correct the host.",
	Equivalents: []string{"IST0132"},
	Subject:     kinds.VirtualServices.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() || len(vs.Spec.GetHosts()) == 0 || mesh.OnlyMesh(vs) {
		return
	}
	gateways, all := resolve(p, vs)
	if len(gateways) == 0 {
		return
	}
	served := mesh.ForMesh(vs)
	for i, host := range vs.Spec.GetHosts() {
		if slices.ContainsFunc(gateways, func(g bound) bool { return g.serves(host, vs) }) {
			served = true
			continue
		}
		if all && !mesh.ForMesh(vs) && !alias(p, host, vs, gateways) {
			report(p, "spec.hosts["+strconv.Itoa(i)+"]", host, gateways)
		}
	}
	if served {
		idle(p, vs, gateways)
	}
}

// bound is a Gateway that the VirtualService names.
type bound struct {
	*kinds.Gateway
	index  int
	hosts  func() string // those of its servers, for a message
	served *mesh.HostSet
}

func (b bound) serves(host string, vs *kinds.VirtualService) bool {
	return b.served.Meets(kinds.ResolveHost(host, vs.Namespace))
}

// resolve finds the Gateways that the VirtualService names, and tells whether
// that is all of them.
func resolve(p *analysis.Pass, vs *kinds.VirtualService) (out []bound, all bool) {
	all = true
	for i, name := range vs.Spec.GetGateways() {
		if name == kinds.MeshGateway {
			continue
		}
		if g := mesh.GatewayNamed(p, name, vs.Namespace); g != nil {
			out = append(out, bound{g, i, sync.OnceValue(func() string { return hosts(g) }), mesh.ServedHosts(g, vs.Namespace)})
		} else {
			all = false
		}
	}
	return out, all
}

func report(p *analysis.Pass, field, host string, gateways []bound) {
	f := p.Report(field, "host %s is served by no gateway of the VirtualService: %s has %s",
		host, gateways[0].ref(), gateways[0].hosts()).Key(host)
	for _, g := range gateways {
		f.Relate(kinds.Gateways.Ref(g.Namespace, g.Name))
	}
}

// idle reports the Gateways that serve no host at all, though another one or
// the sidecars do.
func idle(p *analysis.Pass, vs *kinds.VirtualService, gateways []bound) {
	for _, g := range gateways {
		serves := func(host string) bool {
			return g.serves(host, vs) || alias(p, host, vs, []bound{g})
		}
		if !slices.ContainsFunc(vs.Spec.GetHosts(), serves) {
			p.Report("spec.gateways["+strconv.Itoa(g.index)+"]",
				"%s serves none of the hosts, so that no route is in force there: it has %s", g.ref(), g.hosts()).
				Relate(kinds.Gateways.Ref(g.Namespace, g.Name)).Key(g.Namespace, g.Name).At(analysis.Medium)
		}
	}
}

// alias tells whether the host is a Service that stands for a name which a
// gateway serves: routes by such a name were reported to work
// (istio/istio#58555).
func alias(p *analysis.Pass, host string, vs *kinds.VirtualService, gateways []bound) bool {
	ns, name, ok := mesh.ServiceName(kinds.ResolveHost(host, vs.Namespace))
	if !ok {
		return false
	}
	s := kinds.Services.Get(p, ns, name)
	return s != nil && s.ExternalName != "" && slices.ContainsFunc(gateways, func(g bound) bool {
		return g.serves(s.ExternalName, vs)
	})
}

func (b bound) ref() string { return "Gateway " + b.Namespace + "/" + b.Name }

func hosts(g *kinds.Gateway) string {
	var out []string
	for _, s := range g.Spec.GetServers() {
		out = append(out, s.GetHosts()...)
	}
	slices.Sort(out)
	return mesh.List(slices.Compact(out))
}
