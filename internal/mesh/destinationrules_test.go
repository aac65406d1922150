package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func ruleNames(rs mesh.Rules) []string {
	var out []string
	for _, d := range rs {
		out = append(out, d.Namespace+"/"+d.Name)
	}
	return out
}

// naiveRules does what istiod does in setDestinationRules and destinationRule,
// step by step: it fills a pool for each purpose, then asks them in turn.
type naiveRules struct {
	local, exported map[string][]*kinds.DestinationRule
	rootLocal       []*kinds.DestinationRule
	root            string
}

func newNaive(all []*kinds.DestinationRule, l mesh.RuleLookup) *naiveRules {
	n := &naiveRules{
		local: map[string][]*kinds.DestinationRule{}, exported: map[string][]*kinds.DestinationRule{}, root: l.Root,
	}
	for _, d := range all {
		to := d.Spec.GetExportTo()
		has := func(s string) bool { return slices.Contains(to, s) }
		if len(to) == 0 || has("*") || has(".") || has(d.Namespace) {
			n.local[d.Namespace] = append(n.local[d.Namespace], d)
		}
		private := len(to) == 0 && l.Private ||
			len(to) > 0 && !slices.ContainsFunc(to, func(e string) bool { return e != "." && e != d.Namespace })
		switch {
		case !private:
			n.exported[d.Namespace] = append(n.exported[d.Namespace], d)
		case d.Namespace == l.Root:
			n.rootLocal = append(n.rootLocal, d)
		}
	}
	return n
}

func best(pool []*kinds.DestinationRule, host string) []*kinds.DestinationRule {
	byHost := map[string][]*kinds.DestinationRule{}
	longest := ""
	for _, d := range pool {
		h := kinds.ResolveHost(d.Spec.GetHost(), d.Namespace)
		byHost[h] = append(byHost[h], d)
		if strings.HasPrefix(h, "*") && strings.HasSuffix(host, h[1:]) && len(h) > len(longest) {
			longest = h
		}
	}
	if found, ok := byHost[host]; ok {
		return found
	}
	return byHost[longest]
}

func (n *naiveRules) find(client, host string, owners []string) []*kinds.DestinationRule {
	if client != n.root {
		if found := best(n.local[client], host); len(found) > 0 {
			return found
		}
	} else if found := best(n.rootLocal, host); len(found) > 0 {
		return found
	}
	for _, owner := range append(slices.Clone(owners), n.root) {
		var out []*kinds.DestinationRule
		for _, d := range best(n.exported[owner], host) {
			to := d.Spec.GetExportTo()
			if len(to) == 0 || slices.Contains(to, "*") || slices.Contains(to, client) {
				out = append(out, d)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func TestRulesAsIstiodFindsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	namespaces := []string{"a", "b", "root"}
	hosts := []string{"x", "x.a.svc.cluster.local", "*.a.svc.cluster.local", "*.local", "*", "y.example.com", "*.example.com"}
	exports := [][]string{nil, nil, {"*"}, {"."}, {"a"}, {"b", "."}, {"root"}, {"a", "b"}}
	for range 3000 {
		var all []*kinds.DestinationRule
		var objects []*inventory.Object
		for i := range random.IntN(7) {
			d := &kinds.DestinationRule{
				Meta: kinds.Meta{
					Namespace: namespaces[random.IntN(3)], Name: fmt.Sprint("r", i), Created: day(1 + random.IntN(3)),
				},
				Spec: &networking.DestinationRule{Host: hosts[random.IntN(len(hosts))], ExportTo: exports[random.IntN(len(exports))]},
			}
			all = append(all, d)
			objects = append(objects, &inventory.Object{Ref: kinds.DestinationRules.Ref(d.Namespace, d.Name), Value: d})
		}
		slices.SortFunc(all, func(a, b *kinds.DestinationRule) int {
			if c := a.Created.Compare(b.Created); c != 0 {
				return c
			}
			return strings.Compare(a.Name, b.Name)
		})
		s := withObjects(objects...)
		l := mesh.RuleLookup{Root: "root", Private: random.IntN(4) == 0}
		naive := newNaive(all, l)
		for _, client := range []string{"a", "b", "root", ""} {
			for host, owners := range map[string][]string{"x.a.svc.cluster.local": {"a"}, "y.example.com": {"b"}, "z.c.svc.cluster.local": {"c"}} {
				got, want := ruleNames(l.Rules(s, client, host, owners)), ruleNames(naive.find(client, host, owners))
				if !slices.Equal(got, want) {
					t.Fatalf("client %q, host %s, private %v: got %v, want %v of %v", client, host, l.Private, got, want, all)
				}
			}
		}
	}
}

func TestRulesOfAnotherDomain(t *testing.T) {
	s := fromManifests(t, istiod(`discovery, --domain, corp.example`, "")+`
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: exact, namespace: a}
spec: {host: x.a.svc.corp.example}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: wild, namespace: b}
spec: {host: "*.svc.corp.example"}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: leaving, namespace: b, deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {host: x.a.svc.cluster.local}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: for-some, namespace: b}
spec: {host: x.a.svc.cluster.local, workloadSelector: {matchLabels: {app: q}}}
`)
	l := mesh.RuleLookup{Root: "root"}
	for client, want := range map[string]string{"a": "a/exact", "b": "b/wild", "": "a/exact"} {
		if got := ruleNames(l.Rules(s, client, "x.a.svc.cluster.local", []string{"a"})); len(got) != 1 || got[0] != want {
			t.Errorf("client %q: %v", client, got)
		}
	}
}

func TestRulesMerge(t *testing.T) {
	rule := func(name string, policy bool, exportTo []string, subsets ...string) *kinds.DestinationRule {
		d := &kinds.DestinationRule{Meta: kinds.Meta{Namespace: "a", Name: name}, Spec: &networking.DestinationRule{ExportTo: exportTo}}
		if policy {
			d.Spec.TrafficPolicy = &networking.TrafficPolicy{}
		}
		for _, s := range subsets {
			d.Spec.Subsets = append(d.Spec.Subsets, &networking.Subset{Name: s})
		}
		return d
	}
	tests := []struct {
		name, policy, v1, v2 string
		rules                mesh.Rules
	}{
		{"none", "", "", "", nil},
		{"the first", "one", "one", "two", mesh.Rules{rule("one", true, nil, "v1"), rule("two", true, nil, "v2", "v1")}},
		{"the first that has one", "two", "one", "", mesh.Rules{rule("one", false, nil, "v1"), rule("two", true, nil)}},
		{"to more", "two", "", "", mesh.Rules{rule("one", false, []string{"a"}), rule("two", true, []string{"b", "a"})}},
		{"to fewer, uncertain", "", "", "", mesh.Rules{rule("one", false, []string{"a", "b"}), rule("two", true, []string{"a"})}},
		{"to others, uncertain", "", "", "", mesh.Rules{rule("one", false, nil), rule("two", true, []string{"a"})}},
		{"its own", "one", "", "", mesh.Rules{rule("one", true, nil), rule("two", true, []string{"a"})}},
	}
	name := func(d *kinds.DestinationRule) string {
		if d == nil {
			return ""
		}
		return d.Name
	}
	for _, tt := range tests {
		_, v1 := tt.rules.Subset("v1")
		_, v2 := tt.rules.Subset("v2")
		if p := name(tt.rules.Policy()); p != tt.policy || name(v1) != tt.v1 || name(v2) != tt.v2 {
			t.Errorf("%s: policy %q, v1 %q, v2 %q", tt.name, p, name(v1), name(v2))
		}
	}
}
