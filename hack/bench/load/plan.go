package load

import (
	"math/rand/v2"
	"slices"
)

// sort is one of the sorts of changes.
type sort int

const (
	podRestart sort = iota
	rollout
	configEdit
	relabel
	sorts // their number
)

// change is one change of one thing.
type change struct {
	sort sort
	what what
	// number is that of the namespace for a Namespace or a PeerAuthentication,
	// else that of the application.
	number, slot int
	// edited: an edit or relabelling goes away from the description, not back.
	edited bool
}

// what is edited or relabelled.
type what int

const (
	aPod what = iota
	aNamespace
	aVirtualService
	aDestinationRule
	aPeerAuthentication
)

// plan says what changes next. Each sort of changes has a random order of its
// own, which depends on nothing but mesh and seed.
type plan struct {
	apps   []app
	random [sorts]*rand.Rand
	edits  [sorts]*toggles // of configEdit and relabel
}

func newPlan(m *Mesh, seed uint64) *plan {
	p := &plan{apps: slices.Collect(m.all())}
	for s := range p.random {
		p.random[s] = rand.New(rand.NewPCG(seed, uint64(s)))
	}
	p.apps = slices.DeleteFunc(p.apps, func(a app) bool { return a.replicas == 0 })
	p.edits[configEdit] = &toggles{random: p.random[configEdit], targets: m.editable()}
	p.edits[relabel] = &toggles{random: p.random[relabel], targets: m.relabellable()}
	return p
}

// editable lists what config edits change: applications without a mistake, so
// that the edit makes one, and the policies of namespaces.
func (m *Mesh) editable() []change {
	var out []change
	for n := range m.size.Namespaces {
		if roleOf(n) == inIstio {
			out = append(out, change{sort: configEdit, what: aPeerAuthentication, number: n})
		}
	}
	for a := range m.all() {
		if a.role == inIstio && a.service != "" && a.mistake == "" {
			out = append(out, change{sort: configEdit, what: aVirtualService, number: a.number},
				change{sort: configEdit, what: aDestinationRule, number: a.number})
		}
	}
	return out
}

// relabellable lists all namespaces and the first Pod of each application.
func (m *Mesh) relabellable() []change {
	var out []change
	for n := range m.size.Namespaces {
		out = append(out, change{sort: relabel, what: aNamespace, number: n})
	}
	for a := range m.all() {
		if a.replicas > 0 {
			out = append(out, change{sort: relabel, what: aPod, number: a.number})
		}
	}
	return out
}

// has tells whether the mesh has anything that the sort of changes can change.
func (p *plan) has(s sort) bool {
	if t := p.edits[s]; t != nil {
		return len(t.targets) > 0
	}
	return len(p.apps) > 0
}

// next is the next change of a sort of which the mesh has something.
func (p *plan) next(s sort) change {
	if t := p.edits[s]; t != nil {
		return t.next()
	}
	a := &p.apps[p.random[s].IntN(len(p.apps))]
	c := change{sort: s, number: a.number}
	if s == podRestart {
		c.slot = p.random[s].IntN(a.replicas)
	}
	return c
}

// back lists the changes that undo all edits which were not.
func (p *plan) back() []change {
	return slices.Concat(p.edits[configEdit].back(), p.edits[relabel].back())
}
