package mesh

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// NamespaceFits tells whether a namespace exists that a source of an
// AuthorizationPolicy names: exactly, or by the one * with which a name may
// begin or end. As in Istio's matcher, case counts.
func NamespaceFits(r inventory.Reader, pattern string) bool {
	prefix, isPrefix := strings.CutSuffix(pattern, "*")
	suffix, isSuffix := strings.CutPrefix(pattern, "*")
	switch {
	case pattern == "*":
		return true
	case !isPrefix && !isSuffix:
		return kinds.Namespaces.Get(r, "", pattern) != nil
	}
	for ns := range kinds.Namespaces.All(r) {
		if isPrefix && strings.HasPrefix(ns.Name, prefix) || isSuffix && strings.HasSuffix(ns.Name, suffix) {
			return true
		}
	}
	return false
}
