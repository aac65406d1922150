package mesh

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServiceName takes name.namespace.svc.domain apart, whatever the domain: a
// mesh may have another than [kinds.ClusterDomain].
func ServiceName(fqdn string) (namespace, name string, ok bool) {
	parts := strings.SplitN(fqdn, ".", 4)
	if len(parts) < 4 || parts[2] != "svc" || parts[3] == "" || kinds.IsWildcard(fqdn) {
		return "", "", false
	}
	return parts[1], parts[0], true
}

// MeantService finds the Service that somebody may have meant by the short
// forms name.namespace and name.namespace.svc, which Istio does not expand; nil
// if there is none.
func MeantService(r inventory.Reader, host string) *kinds.Service {
	parts := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	if len(parts) == 3 && parts[2] == "svc" {
		parts = parts[:2]
	}
	if len(parts) != 2 || parts[0] == "" || parts[1] == "" {
		return nil
	}
	return kinds.Services.Get(r, parts[1], parts[0])
}

// HostCovers tells whether a host, or each host under a wildcard, is one that
// the pattern stands for. As in Istio, *.a.com covers b.a.com, c.b.a.com and
// *.b.a.com and does not cover a.com. Both are in lower case.
func HostCovers(pattern, host string) bool {
	suffix, wild := strings.CutPrefix(pattern, "*")
	if !wild {
		return pattern == host
	}
	return strings.HasSuffix(strings.TrimPrefix(host, "*"), suffix)
}
