package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// HostSet answers whether hosts meet any of many, without a look at each.
type HostSet struct {
	exact    map[string]bool
	suffixes map[string]bool // of hosts with a wildcard, without it
	lengths  []int           // of the suffixes
	backward []string        // all, without wildcards and letter by letter from the end, sorted
}

// NewHostSet is the set of these hosts, each of which may begin with a
// wildcard. They are in lower case.
func NewHostSet(hosts []string) *HostSet {
	s := &HostSet{exact: map[string]bool{}, suffixes: map[string]bool{}}
	for _, h := range hosts {
		suffix, wild := strings.CutPrefix(h, "*")
		s.backward = append(s.backward, backward(suffix))
		if !wild {
			s.exact[h] = true
			continue
		}
		s.suffixes[suffix] = true
		s.lengths = append(s.lengths, len(suffix))
	}
	slices.Sort(s.lengths)
	s.lengths = slices.Compact(s.lengths)
	slices.Sort(s.backward)
	return s
}

func backward(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// Meets tells whether some name fits a host, which may begin with a wildcard,
// and one of the set, as istiod's host.Name.Matches.
func (s *HostSet) Meets(host string) bool {
	suffix, wild := strings.CutPrefix(host, "*")
	if !wild && s.exact[host] || s.covers(suffix) {
		return true
	}
	if !wild {
		return false
	}
	prefix := backward(suffix)
	i, _ := slices.BinarySearch(s.backward, prefix)
	return i < len(s.backward) && strings.HasPrefix(s.backward[i], prefix)
}

// covers tells whether a wildcard of the set covers a host.
func (s *HostSet) covers(host string) bool {
	return slices.ContainsFunc(s.lengths, func(n int) bool { return n <= len(host) && s.suffixes[host[len(host)-n:]] })
}

// ServedHosts are the hosts for which a Gateway has servers, as the
// VirtualServices of a namespace may use them. What stands in a VirtualService
// is to be looked up by [kinds.ResolveHost].
func ServedHosts(g *kinds.Gateway, namespace string) *HostSet {
	var hosts []string
	for _, s := range g.Spec.GetServers() {
		hosts = append(hosts, serverHosts(g, s, namespace)...)
	}
	return NewHostSet(hosts)
}
