package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// run looks at the Services that the rule covers. Of a wildcard over more than
// one namespace these are those of namespaces with a policy that the rule may
// conflict with.
func (s *tlsSearch) run(strict, disable bool) {
	host := kinds.ResolveHost(s.rule.Spec.GetHost(), s.rule.Namespace)
	if namespace, name, ok := ServiceName(host); ok {
		if found := kinds.Services.Get(s.r, namespace, name); found != nil {
			s.service(found)
		}
		return
	}
	if !kinds.IsWildcard(host) {
		return
	}
	namespaces := []string{NamespaceOfWildcard(host)}
	if namespaces[0] == "" {
		s.bare = false
		namespaces = demanding(s.r, strict, disable)
	}
	for _, namespace := range namespaces {
		for found := range kinds.Services.In(s.r, namespace) {
			covered := slices.ContainsFunc(spellings(s.r, found.Host()), func(n string) bool { return HostCovers(host, n) })
			if covered && !s.service(found) {
				return
			}
		}
	}
}

// NamespaceOfWildcard is the namespace of *.namespace.svc.domain, "" for
// another wildcard.
func NamespaceOfWildcard(host string) string {
	parts := strings.SplitN(host, ".", 4)
	if len(parts) == 4 && parts[0] == "*" && parts[2] == "svc" {
		return parts[1]
	}
	return ""
}

// demanding lists the namespaces in which a policy may be strict, or disabled:
// all that have Services if one for the mesh is.
func demanding(r inventory.Reader, strict, disable bool) []string {
	var out []string
	root := ""
	for a := range kinds.PeerAuthentications.All(r) {
		if wanted := strict && demands(a, Strict) || disable && demands(a, Disable); !wanted {
			continue
		}
		if root == "" {
			root = RootNamespace(r)
		}
		if a.Namespace == root && !Selective(a) {
			return serviceNamespaces(r)
		}
		out = append(out, a.Namespace)
	}
	return slices.Compact(out)
}

func demands(a *kinds.PeerAuthentication, mode ServerMode) bool {
	if a.Spec.GetMtls().GetMode() == mode {
		return true
	}
	for _, m := range a.Spec.GetPortLevelMtls() {
		if m.GetMode() == mode {
			return true
		}
	}
	return false
}

func serviceNamespaces(r inventory.Reader) []string {
	var out []string
	for s := range kinds.Services.All(r) {
		if len(out) == 0 || out[len(out)-1] != s.Namespace {
			out = append(out, s.Namespace)
		}
	}
	return out
}
