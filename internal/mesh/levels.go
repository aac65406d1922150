package mesh

import (
	"iter"
	"maps"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// level is objects of a namespace with one selector, one revision and the same
// demands.
type level struct {
	selector          map[string]string
	revision, demands string
	cohort
}

func (l *level) key() string {
	return labels.Set(l.selector).String() + " " + l.revision + " " + l.demands
}

// levels are those of a kind whose objects are taken one at a time: the oldest
// of those without selector, and the oldest that selects a workload.
type levels struct {
	all     map[string]*level
	wide    []*level
	byLabel map[string][]*level // those with a selector, by one of its labels
}

func newLevels() *levels { return &levels{all: map[string]*level{}, byLabel: map[string][]*level{}} }

// enter books an object.
func (p *levels) enter(l *level, member Peer) {
	key := l.key()
	if have := p.all[key]; have != nil {
		have.add(member)
		return
	}
	p.all[key] = l
	l.add(member)
	if len(l.selector) == 0 {
		p.wide = append(p.wide, l)
		return
	}
	label := kinds.SelectorKey(l.selector)
	p.byLabel[label] = append(p.byLabel[label], l)
}

func (p *levels) equal(o *levels) bool {
	return maps.EqualFunc(p.all, o.all, func(a, b *level) bool { return a.equal(&b.cohort) })
}

// beside yields the levels of which a level is one and only the oldest member
// counts.
func (p *levels) beside(r inventory.Reader, namespace string, own *level) iter.Seq[*level] {
	return func(yield func(*level) bool) {
		if len(own.selector) == 0 {
			for _, l := range p.wide {
				if oneRevision(own.revision, l.revision) && !yield(l) {
					return
				}
			}
			return
		}
		seen := map[*level]bool{}
		for have := range selectable(r, namespace, own.selector) {
			for l := range p.selecting(have) {
				if !seen[l] && oneRevision(own.revision, l.revision) && !yield(l) {
					return
				}
				if seen[l] = true; len(seen) == len(p.all)-len(p.wide) {
					return // all of them: no need to read on
				}
			}
		}
	}
}

// selecting yields the levels that select something with these labels.
func (p *levels) selecting(have map[string]string) iter.Seq[*level] {
	return func(yield func(*level) bool) {
		for k, v := range have {
			for _, l := range p.byLabel[kinds.LabelKey(k, v)] {
				if kinds.Selects(l.selector, have) && !yield(l) {
					return
				}
			}
		}
	}
}
