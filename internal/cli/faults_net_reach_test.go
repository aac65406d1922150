package cli

import (
	"fmt"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// all waits until everything is watched, and these resources, too.
func (p *play) all(t *testing.T, too ...string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if missing := without(append(too, p.kinds...), p.watched()); len(missing) > 0 {
			return fmt.Errorf("not watched: %v", missing)
		}
		return nil
	})
}

// audited are the resources of the kinds that the operator lists.
func (p *play) audited(t *testing.T) (list []string) {
	t.Helper()
	all, _ := p.reports(t)
	for _, k := range all.Status.Kinds {
		if row, ok := kinds.Lookup(inventory.Kind(k.Kind)); ok && k.State == v1alpha1.AvailabilityListed {
			list = append(list, row.Kind.Group()+"/"+row.Plural)
		}
	}
	return list
}

// kindOf is the kind of a resource.
func kindOf(t *testing.T, resource string) *kinds.Row {
	t.Helper()
	for _, row := range kinds.Rows() {
		if row.Kind.Group()+"/"+row.Plural == resource {
			return row
		}
	}
	t.Fatalf("no kind has the resource %s", resource)
	return nil
}

// met waits until each of the rules was.
func (p *play) met(t *testing.T, rules map[string]*rule) {
	t.Helper()
	p.each(t, rules, func(*rule) {})
}

// each waits until each of the rules was met, and does something with it then.
func (p *play) each(t *testing.T, rules map[string]*rule, do func(*rule)) {
	t.Helper()
	const patience = 50 // polls, after which a watch that was not open yet when it was to break breaks
	polls := 0
	envtesting.WaitFor(t, func() error {
		var missing []string
		for name, r := range rules {
			if p.hits(r) == 0 {
				missing = append(missing, name)
			} else {
				do(r)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		if polls++; polls%patience == 0 {
			p.drop(func(c call) bool { return slices.Contains(missing, c.resource) })
		}
		return fmt.Errorf("nothing asks for %v", missing)
	})
}
