package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// EgressHost is an entry of the hosts of a Sidecar's egress listener.
type EgressHost struct {
	// Text is the entry as written, and Field its path.
	Text, Field string
	// Namespace is a name or *; . has become the Sidecar's own.
	Namespace string
	// Host is in lower case and may begin with a wildcard.
	Host string
	// Own: the namespace is written as a dot.
	Own bool
}

// EgressHosts takes apart the hosts of one egress listener, by its position. It
// leaves out what excludes hosts (those that begin with ~) and what is not of
// the form namespace/host.
func EgressHosts(s *kinds.Sidecar, listener int) []EgressHost {
	var out []EgressHost
	for i, text := range s.Spec.GetEgress()[listener].GetHosts() {
		ns, host, ok := strings.Cut(text, "/")
		if !ok || ns == "" || host == "" || strings.HasPrefix(ns, "~") {
			continue
		}
		h := EgressHost{
			Text: text, Field: item(item("spec.egress", listener)+".hosts", i),
			Namespace: ns, Host: strings.ToLower(host), Own: ns == ".",
		}
		if h.Own {
			h.Namespace = s.Namespace
		}
		out = append(out, h)
	}
	return out
}

// Covers tells whether an entry has all that another one has.
func (h EgressHost) Covers(o EgressHost) bool {
	return (h.Namespace == "*" || h.Namespace == o.Namespace) && HostCovers(h.Host, o.Host)
}

// Everything tells whether the entry is for all hosts of all namespaces.
func (h EgressHost) Everything() bool { return h.Namespace == "*" && h.Host == "*" }

// Beside tells whether a Sidecar other than the given one may be for its
// workloads: of its own namespace, or for the whole mesh.
func Beside(r inventory.Reader, s *kinds.Sidecar) bool {
	other := func(namespace string) bool {
		for o := range kinds.Sidecars.In(r, namespace) {
			if o.Deleted.IsZero() && (o.Namespace != s.Namespace || o.Name != s.Name) {
				return true
			}
		}
		return false
	}
	return other(s.Namespace) || other(RootNamespace(r))
}

// EgressSearch is what stands behind an entry with an exact host.
type EgressSearch struct {
	// Found: something that the entry imports is there, or may be.
	Found bool
	// Elsewhere are the namespaces that have the host, sorted.
	Elsewhere []string
	// Hidden are those of the entry's that do not export it to the Sidecar's.
	Hidden []inventory.Ref
}

// SearchEgress looks for an exact host among Services, ServiceEntries, also
// those with a wildcard over it, and VirtualServices.
func SearchEgress(r inventory.Reader, h EgressHost, client string) EgressSearch {
	at := LookUp(r, h.Host)
	found := at.Namespaces()
	for vs := range kinds.VirtualServicesByHost.Everywhere(r, h.Host) {
		if vs.Deleted.IsZero() && !slices.Contains(found, vs.Namespace) {
			found = append(found, vs.Namespace)
		}
	}
	slices.Sort(found)
	switch here := h.Namespace == "*" && len(found) > 0 || slices.Contains(found, h.Namespace); {
	case at.Foreign:
		return EgressSearch{Found: true}
	case !here:
		return EgressSearch{Elsewhere: found}
	}
	if slices.Equal(found, at.Namespaces()) && !at.VisibleTo(NewScope([]string{client}, client)) {
		return EgressSearch{Hidden: at.Refs()}
	}
	return EgressSearch{Found: true}
}
