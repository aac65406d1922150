package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Rules are the DestinationRules of one namespace for one host (the most
// specific that covers a destination), oldest first. istiod merges them into
// one; see [Rules.Subset] and [Rules.Policy].
//
// Rules with a workloadSelector are left out: they are for some clients of
// their own namespace alone.
type Rules []*kinds.DestinationRule

// RuleLookup is what the search for DestinationRules depends on besides the
// rules; see [Config.RuleLookup].
type RuleLookup struct {
	// Root is the root namespace.
	Root string
	// Private: rules without exportTo are for their own namespace alone.
	Private bool
}

// RuleLookup is what the configuration says of DestinationRules.
func (c Config) RuleLookup(r inventory.Reader) RuleLookup {
	return RuleLookup{
		Root: c.Root(r), Private: slices.Contains(c.GetDefaultDestinationRuleExportTo(), "."),
	}
}

// Rules finds those that clients in a namespace use for a destination, given by
// its full name and the namespaces of what is registered under it. As istiod's
// PushContext.destinationRule does, it looks in the clients' namespace, then in
// the destination's, then in the root namespace; the first that has a rule for
// any host that covers the destination ends the search. Of the root
// namespace's own clients only its private rules come first.
//
// The client "" stands for any namespace that has no rule of its own.
func (l RuleLookup) Rules(r inventory.Reader, client, fqdn string, owners []string) Rules {
	if found := l.Local(r, client, fqdn); len(found) > 0 {
		return found
	}
	for _, owner := range append(slices.Clone(owners), l.Root) {
		if found := l.Exported(r, owner, client, fqdn); len(found) > 0 {
			return found
		}
	}
	return nil
}

// Local are the rules that a namespace has for its own clients.
func (l RuleLookup) Local(r inventory.Reader, client, fqdn string) Rules {
	return mostSpecific(r, client, fqdn, func(d *kinds.DestinationRule) bool {
		if client == l.Root {
			return l.private(d)
		}
		return ruleScope(d).Covers(client)
	})
}

// Exported are the rules that a namespace has for clients in another one. The
// most specific host counts also if its rules are not for that one. As in
// istiod, "." stands for nobody here.
func (l RuleLookup) Exported(r inventory.Reader, owner, client, fqdn string) Rules {
	found := mostSpecific(r, owner, fqdn, func(d *kinds.DestinationRule) bool { return !l.private(d) })
	return slices.DeleteFunc(found, func(d *kinds.DestinationRule) bool {
		to := d.Spec.GetExportTo()
		return len(to) > 0 && !slices.Contains(to, "*") && !slices.Contains(to, client)
	})
}

func ruleScope(d *kinds.DestinationRule) Scope { return NewScope(d.Spec.GetExportTo(), d.Namespace) }

func (l RuleLookup) private(d *kinds.DestinationRule) bool {
	if len(d.Spec.GetExportTo()) == 0 {
		return l.Private
	}
	s := ruleScope(d)
	return !s.Everywhere() && slices.Equal(s.Names(), []string{d.Namespace})
}

// mostSpecific finds the rules of a namespace among those that are admitted.
func mostSpecific(r inventory.Reader, namespace, fqdn string, admits func(*kinds.DestinationRule) bool) Rules {
	if namespace == "" {
		return nil
	}
	usable := func(d *kinds.DestinationRule) bool {
		return d.Deleted.IsZero() && d.Spec.GetWorkloadSelector() == nil && admits(d)
	}
	var found Rules
	names := spellings(r, fqdn)
	for _, name := range names {
		for d := range kinds.DestinationRulesByHost.In(r, namespace, name) {
			if usable(d) {
				found = append(found, d)
			}
		}
	}
	if len(found) == 0 {
		found = byWildcard(r, namespace, names, usable)
	}
	slices.SortFunc(found, func(a, b *kinds.DestinationRule) int { return olderFirst(&a.Meta, &b.Meta) })
	return found
}

// byWildcard finds the rules with the longest wildcard over one of the names.
func byWildcard(r inventory.Reader, namespace string, names []string, usable func(*kinds.DestinationRule) bool) Rules {
	var found Rules
	longest := 0
	for d := range kinds.DestinationRulesWildcard.In(r, namespace, "") {
		host := strings.ToLower(d.Spec.GetHost())
		if !usable(d) || !slices.ContainsFunc(names, func(name string) bool { return HostCovers(host, name) }) {
			continue
		}
		if len(host) > longest {
			longest, found = len(host), nil
		}
		if len(host) == longest {
			found = append(found, d)
		}
	}
	return found
}

// spellings are the names under which a destination may be written: a Service
// also under the cluster's own domain.
func spellings(r inventory.Reader, fqdn string) []string {
	namespace, name, ok := ServiceName(fqdn)
	if !ok {
		return []string{fqdn}
	}
	out := []string{kinds.ServiceHost(namespace, name)}
	if domain := ClusterDomain(r); domain != kinds.ClusterDomain {
		out = append(out, name+"."+namespace+".svc."+domain)
	}
	return out
}
