package mesh

import (
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	// MaxRivals is up to where rivals are counted: that there are more than so
	// many is all that anybody wants to know, and so the thousandth changes
	// nothing for the others.
	MaxRivals = 1000
	// namedRivals is how many are named; a finding names no more.
	namedRivals = 10
)

// Peer is what rivals must know of each other.
type Peer struct {
	Ref     inventory.Ref
	Created time.Time
}

func peerOf(ref inventory.Ref, m *kinds.Meta) Peer { return Peer{Ref: ref, Created: m.Created} }

// OlderThan tells whether istiod takes the peer for older than an object.
func (p Peer) OlderThan(m *kinds.Meta) bool { return Older(p.meta(), m) }

func (p Peer) meta() *kinds.Meta {
	return &kinds.Meta{Namespace: p.Ref.Namespace, Name: p.Ref.Name, Created: p.Created}
}

func (p Peer) older(o Peer) bool { return p.OlderThan(o.meta()) }

func (p Peer) equal(o Peer) bool { return p.Ref == o.Ref && p.Created.Equal(o.Created) }

// Rivalry is what one object must know of its rivals.
type Rivalry struct {
	Count  int             // at most [MaxRivals]
	Oldest Peer            // of them
	First  []inventory.Ref // the first ten, in the order of [inventory.Ref.Compare]
}

// cohort is objects that are alike for their rivals.
type cohort struct {
	count  int             // at most MaxRivals+1
	oldest []Peer          // the two oldest, so that one may be the asking object
	first  []inventory.Ref // one more than are named, for the same reason
}

// add books a member. Members come in the order of their references.
func (c *cohort) add(p Peer) {
	c.count = min(c.count+1, MaxRivals+1)
	if len(c.first) <= namedRivals {
		c.first = append(c.first, p.Ref)
	}
	at, _ := slices.BinarySearchFunc(c.oldest, p, func(have, p Peer) int { return olderFirst(have.meta(), p.meta()) })
	if c.oldest = slices.Insert(c.oldest, at, p); len(c.oldest) > 2 {
		c.oldest = c.oldest[:2]
	}
}

func (c *cohort) equal(o *cohort) bool {
	return c.count == o.count && slices.Equal(c.first, o.first) && slices.EqualFunc(c.oldest, o.oldest, Peer.equal)
}

// oldestBut is the oldest member apart from one object.
func (c *cohort) oldestBut(self inventory.Ref) (Peer, bool) {
	for _, p := range c.oldest {
		if p.Ref != self {
			return p, true
		}
	}
	return Peer{}, false
}

// rivalry sums up cohorts of which one has the asking object as a member.
func rivalry(self inventory.Ref, cohorts []*cohort) Rivalry {
	var out Rivalry
	total := 0
	for _, c := range cohorts {
		total += c.count
		out.First = append(out.First, c.first...)
		if p, ok := c.oldestBut(self); ok && (out.Oldest.Ref.Name == "" || p.older(out.Oldest)) {
			out.Oldest = p
		}
	}
	out.Count = max(min(total, MaxRivals+1)-1, 0)
	slices.SortFunc(out.First, inventory.Ref.Compare)
	out.First = slices.DeleteFunc(out.First, func(r inventory.Ref) bool { return r == self })
	out.First = out.First[:min(len(out.First), namedRivals)]
	return out
}
