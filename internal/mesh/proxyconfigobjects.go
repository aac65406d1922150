package mesh

import (
	"iter"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// proxyConfigsIn are the ProxyConfigs of a namespace, the oldest first.
var proxyConfigsIn = kinds.Summarize(kinds.ProxyConfigs.ByNamespace(), "by age",
	func(list iter.Seq[*kinds.ProxyConfig]) []*kinds.ProxyConfig {
		var out []*kinds.ProxyConfig
		for c := range list {
			if c.Deleted.IsZero() {
				out = append(out, c)
			}
		}
		slices.SortFunc(out, func(a, b *kinds.ProxyConfig) int { return olderFirst(&a.Meta, &b.Meta) })
		return out
	}, slices.Equal[[]*kinds.ProxyConfig])

// ownProxyConfigs are those of a namespace that the istiod of a template's
// proxies reads.
func ownProxyConfigs(r inventory.Reader, t *Template, namespace string) []*kinds.ProxyConfig {
	all := proxyConfigsIn.In(r, namespace, "")
	if !slices.ContainsFunc(all, func(c *kinds.ProxyConfig) bool { return c.Labels[kinds.RevisionLabel] != "" }) {
		return all
	}
	revision := revisionFor(r, t)
	return slices.DeleteFunc(slices.Clone(all), func(c *kinds.ProxyConfig) bool {
		return !oneRevision(c.Labels[kinds.RevisionLabel], revision)
	})
}

func oldestOf(list []*kinds.ProxyConfig, fits func(*kinds.ProxyConfig) bool) *kinds.ProxyConfig {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return list[i]
	}
	return nil
}

// forAll: an empty selector is neither for all of the namespace nor for any
// Pod, as in istiod.
func forAll(c *kinds.ProxyConfig) bool { return c.Spec.GetSelector() == nil }

func (t *Template) selectedBy(c *kinds.ProxyConfig) bool {
	selector := c.Spec.GetSelector().GetMatchLabels()
	return len(selector) > 0 && kinds.Selects(selector, t.Labels)
}

// revisionFor is the revision of the istiod that gives a template its proxies,
// "" if that is not known.
func revisionFor(r inventory.Reader, t *Template) string {
	ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
	if ns == nil {
		return ""
	}
	d := Decide(r, ns, t)
	if d.Injector == nil {
		return ""
	}
	if rev := d.Injector.Revision(); rev != "" {
		return rev
	}
	return DefaultRevision
}

// configFor is the MeshConfig of a template's proxies. Who injects is asked
// only where there are several.
func configFor(r inventory.Reader, t *Template) Config {
	if len(MeshConfigs(r)) > 1 {
		if rev := revisionFor(r, t); rev != "" {
			return ConfigOf(r, rev)
		}
	}
	return MeshConfig(r)
}
