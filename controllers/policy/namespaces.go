package policy

import (
	"fmt"
	"regexp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// defaultExcluded are the namespaces that are not audited unless a policy says
// what to exclude. Those of the mesh are.
var defaultExcluded = &v1alpha1.NamespaceSet{
	Names: []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"},
}

// set chooses namespaces.
type set struct {
	names    []string
	selector labels.Selector // nil chooses none
}

func (s set) has(n findings.Namespace) bool {
	if slices.ContainsFunc(s.names, func(pattern string) bool { return findings.Match(pattern, n.Name) }) {
		return true
	}
	return s.selector != nil && s.selector.Matches(labels.Set(n.Labels))
}

func (s set) empty() bool { return len(s.names) == 0 && s.selector == nil }

func (c *compiler) scope(p v1alpha1.NamespaceScope) func(findings.Namespace) bool {
	if p.Exclude == nil {
		p.Exclude = defaultExcluded
	}
	all := p.Include == nil
	var include set
	if !all {
		include = c.set("spec.namespaces.include", p.Include)
		if all = include.empty(); all {
			c.reject("spec.namespaces.include", "names and selects no namespace, so that all are audited")
		}
	}
	exclude := c.set("spec.namespaces.exclude", p.Exclude)
	return func(n findings.Namespace) bool { return (all || include.has(n)) && !exclude.has(n) }
}

func (c *compiler) set(field string, p *v1alpha1.NamespaceSet) set {
	s := set{names: c.patterns(field+".names", p.Names)}
	if p.Selector != nil {
		s.selector, _ = c.selector(field+".selector", p.Selector)
	}
	return s
}

// selector reports false, and rejects, if the selector makes no sense.
func (c *compiler) selector(field string, p *metav1.LabelSelector) (labels.Selector, bool) {
	s, err := metav1.LabelSelectorAsSelector(p)
	if err != nil {
		c.reject(field, "%v", err)
		return nil, false
	}
	return s, true
}

var namePattern = regexp.MustCompile(`^[a-z0-9*-]+$`)

// patterns keeps the valid ones; nil if none were given.
func (c *compiler) patterns(field string, list []string) []string {
	return keep(c, field, list, func(p string) error {
		if !namePattern.MatchString(p) {
			return fmt.Errorf("%q is neither the name of a namespace nor a pattern of names", p)
		}
		return nil
	})
}

// keep rejects the entries that are not valid. A list that was given stays one,
// even if nothing is left of it.
func keep[T any](c *compiler, field string, list []T, valid func(T) error) []T {
	if list == nil {
		return nil
	}
	kept := make([]T, 0, len(list))
	for i, v := range list {
		if err := valid(v); err != nil {
			c.reject(fmt.Sprintf("%s[%d]", field, i), "%v", err)
			continue
		}
		kept = append(kept, v)
	}
	return kept
}
