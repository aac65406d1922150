package mesh

import (
	"iter"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Overlap is two webhooks of injectors that get the same Pods.
type Overlap struct {
	A, B *Injector
	// Namespace is one from which both get them; "" if there is none now, and
	// Labels are those that a namespace would have.
	Namespace, Labels string
	// Pods says which, as "that say nothing".
	Pods string
}

// SameIstiod tells whether both webhooks call one istiod, which knows a Pod
// that it has injected before.
func (o *Overlap) SameIstiod() bool {
	a, b := o.A.Client, o.B.Client
	if a.Service != nil && b.Service != nil {
		named := a.Service.Name == b.Service.Name || o.A.Revision() == o.B.Revision()
		return named && a.Service.Namespace == b.Service.Namespace
	}
	return a.URL != nil && b.URL != nil && *a.URL == *b.URL
}

// InjectorOverlap finds an overlap of the webhooks of a configuration with each
// other or with those of others: one of two istiods before one of the same, then
// one that concerns a namespace before one that none has the labels for. It is
// nil if there is none.
//
// In files the Namespaces are off unless one is given.
func InjectorOverlap(r inventory.Reader, config string) *Overlap {
	all := Injectors(r)
	if len(all) < 2 || len(InjectorsOf(r, config)) == 0 {
		return nil
	}
	var best *Overlap
	for _, alike := range namespaceSorts(r, all) {
		if o := overlapIn(all, config, alike); o.before(best) {
			best = o
		}
	}
	for _, ns := range imaginable(r, all) {
		o := overlapIn(all, config, []*kinds.Namespace{ns})
		if o.before(best) && len(o.A.Conditions)+len(o.B.Conditions) == 0 {
			o.Namespace, o.Labels = "", LabelText(ns.Labels)
			best = o
		}
	}
	return best
}

// before tells whether an overlap matters more than another one.
func (o *Overlap) before(best *Overlap) bool {
	return o != nil && (best == nil || best.SameIstiod() && !o.SameIstiod())
}

// overlapIn finds an overlap on namespaces that selectors cannot tell apart.
func overlapIn(all []Injector, config string, alike []*kinds.Namespace) *Overlap {
	here := selecting(all, alike[0])
	if !slices.ContainsFunc(here, func(i *Injector) bool { return i.Config.Name == config }) || len(here) < 2 {
		return nil
	}
	var best *Overlap
	for _, pod := range imaginablePods(all) {
		for o := range overlaps(choosing(here, pod.Template), config) {
			if !o.before(best) {
				continue
			}
			if ns := o.holds(alike, pod.Template); ns != "" {
				o.Namespace, o.Pods = ns, pod.text
				best = o
			}
		}
	}
	return best
}

// selecting are the injectors whose namespaceSelectors certainly match.
func selecting(all []Injector, ns *kinds.Namespace) []*Injector {
	have := namespaceLabels(ns)
	var out []*Injector
	for i := range all {
		if selects(all[i].NamespaceSelector, have) == Yes {
			out = append(out, &all[i])
		}
	}
	return out
}

// choosing are those whose objectSelectors certainly match as well.
func choosing(here []*Injector, t *Template) []*Injector {
	var out []*Injector
	for _, i := range here {
		if t.selectedByWebhook(i.ObjectSelector) == Yes {
			out = append(out, i)
		}
	}
	return out
}

// overlaps yields the pairs of injectors of which the first is of a
// configuration.
func overlaps(chosen []*Injector, config string) iter.Seq[*Overlap] {
	return func(yield func(*Overlap) bool) {
		for _, a := range chosen {
			for _, b := range chosen {
				if a.Config.Name == config && a != b && !yield(&Overlap{A: a, B: b}) {
					return
				}
			}
		}
	}
}

// holds finds a namespace for which the conditions of both webhooks hold, of
// some that selectors cannot tell apart; "" if there is none.
func (o *Overlap) holds(alike []*kinds.Namespace, pod *Template) string {
	if len(o.A.Conditions)+len(o.B.Conditions) == 0 {
		return alike[0].Name
	}
	for _, ns := range alike {
		if a, _ := o.A.Holds(ns.Name, pod); a != Yes {
			continue
		}
		if b, _ := o.B.Holds(ns.Name, pod); b == Yes {
			return ns.Name
		}
	}
	return ""
}
