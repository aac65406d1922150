package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Registration is what Istio's registry has under a host.
type Registration struct {
	// Service is the Kubernetes Service of that name.
	Service *kinds.Service
	// Entries have the host itself or, if nothing has it, a wildcard over it.
	Entries []*kinds.ServiceEntry
	// Foreign: the host is of the kind that other clusters or registries bring
	// (x.y.svc.clusterset.local), so that its absence says nothing.
	Foreign bool
}

// Exists tells whether something, or possibly something, stands behind the host.
func (g Registration) Exists() bool { return g.Service != nil || len(g.Entries) > 0 || g.Foreign }

// LookUp finds what is registered under a full name, as [kinds.ResolveHost]
// gives it: Services, whatever the cluster's domain, and ServiceEntries. It
// does not ask who may see them.
func LookUp(r inventory.Reader, fqdn string) Registration {
	g := Registration{Foreign: strings.HasSuffix(fqdn, ".svc.clusterset.local")}
	if namespace, name, ok := ServiceName(fqdn); ok {
		g.Service = kinds.Services.Get(r, namespace, name)
	}
	g.Entries = slices.Collect(kinds.ServiceEntriesByHost.Everywhere(r, fqdn))
	if g.Exists() {
		return g
	}
	for e := range kinds.ServiceEntriesWildcard.Everywhere(r, "") {
		if slices.ContainsFunc(e.Spec.GetHosts(), func(h string) bool {
			return kinds.IsWildcard(h) && HostCovers(strings.ToLower(h), fqdn)
		}) {
			g.Entries = append(g.Entries, e)
		}
	}
	return g
}

// Namespaces are those of everything registered, sorted, without duplicates.
func (g Registration) Namespaces() []string {
	var out []string
	if g.Service != nil {
		out = append(out, g.Service.Namespace)
	}
	for _, e := range g.Entries {
		out = append(out, e.Namespace)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Ports are the port numbers of everything registered, sorted, without
// duplicates. It is empty where clients may use any port, or where it is not
// known which.
func (g Registration) Ports() []uint32 {
	if g.Foreign {
		return nil
	}
	var out []uint32
	if g.Service != nil {
		for i := range g.Service.Ports {
			out = append(out, uint32(g.Service.Ports[i].Number)) //nolint:gosec // a port number
		}
	}
	for _, e := range g.Entries {
		for _, p := range e.Spec.GetPorts() {
			out = append(out, p.GetNumber())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Scopes are the namespaces that may use what is registered, one scope each.
func (g Registration) Scopes() []Scope {
	var out []Scope
	if g.Service != nil {
		out = append(out, ServiceScope(g.Service))
	}
	for _, e := range g.Entries {
		out = append(out, NewScope(e.Spec.GetExportTo(), e.Namespace))
	}
	return out
}

// VisibleTo tells whether some namespace of a scope may use what is registered.
func (g Registration) VisibleTo(clients Scope) bool {
	return g.Foreign || slices.ContainsFunc(g.Scopes(), clients.Meets)
}

// Refs names what is registered.
func (g Registration) Refs() []inventory.Ref {
	var out []inventory.Ref
	if g.Service != nil {
		out = append(out, kinds.Services.Ref(g.Service.Namespace, g.Service.Name))
	}
	for _, e := range g.Entries {
		out = append(out, kinds.ServiceEntries.Ref(e.Namespace, e.Name))
	}
	return out
}
