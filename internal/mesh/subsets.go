package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SubsetSearch is what a search for a subset comes to.
type SubsetSearch struct {
	// Found: some client that takes the route knows the subset.
	Found bool
	// Declared are the rules that declare it for the destination, also those
	// that no client uses.
	Declared Rules
}

// FindSubset looks for the subset of a destination: for each client of the
// VirtualService, in the rules that it uses. Those clients are the namespaces
// to which it is exported or, where that is the whole mesh, any.
func FindSubset(r inventory.Reader, vs *kinds.VirtualService, d *Destination, owners []string) SubsetSearch {
	s := SubsetSearch{Declared: declaring(r, d.FQDN, d.GetSubset())}
	if len(s.Declared) == 0 {
		return s
	}
	clients := clientsOf(vs, s.Declared)
	found := func(l RuleLookup) bool {
		return slices.ContainsFunc(clients, func(client string) bool {
			known, _ := l.Rules(r, client, d.FQDN, owners).Subset(d.GetSubset())
			return known != nil
		})
	}
	s.Found = s.Declared.selective() || found(RuleLookup{}) ||
		s.Declared.outside(owners) && found(MeshConfig(r).RuleLookup(r))
	return s
}

// declaring finds all rules that declare a subset of a destination.
func declaring(r inventory.Reader, fqdn, subset string) Rules {
	names := spellings(r, fqdn)
	var out Rules
	add := func(d *kinds.DestinationRule) {
		if s, _ := (Rules{d}).Subset(subset); s != nil && d.Deleted.IsZero() {
			out = append(out, d)
		}
	}
	for _, name := range names {
		for d := range kinds.DestinationRulesByHost.Everywhere(r, name) {
			add(d)
		}
	}
	for d := range kinds.DestinationRulesWildcard.Everywhere(r, "") {
		host := strings.ToLower(d.Spec.GetHost())
		if slices.ContainsFunc(names, func(name string) bool { return HostCovers(host, name) }) {
			add(d)
		}
	}
	return out
}

// clientsOf are the namespaces to ask: those of the VirtualService or, where
// these are all, one without rules of its own and those that the rules concern.
func clientsOf(vs *kinds.VirtualService, declared Rules) []string {
	scope := ClientScope(vs)
	if !scope.Everywhere() {
		return scope.Names()
	}
	out := []string{""}
	for _, d := range declared {
		out = append(append(out, d.Namespace), ruleScope(d).Names()...)
	}
	return out
}
