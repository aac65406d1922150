package mesh

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RuleKinds are the kinds of what is written for a destination, beside
// VirtualService.
var RuleKinds = []inventory.Kind{kinds.DestinationRules.Name}

// Finds tells whether a DestinationRule is among those that clients in a
// namespace use for a destination, given by its full name. It reads the
// MeshConfig: so come late.
func Finds(r inventory.Reader, d *kinds.DestinationRule, client, fqdn string) bool {
	owners := LookUp(r, fqdn).Namespaces()
	return slices.ContainsFunc(MeshConfig(r).RuleLookup(r).Rules(r, client, fqdn, owners),
		func(o *kinds.DestinationRule) bool { return o.Namespace == d.Namespace && o.Name == d.Name })
}
