package inventory

import (
	"slices"
	"sync"
)

// NewSummary makes an index that sums up another: each of its buckets holds one
// object without a name, whose value is what sum makes of the members of the
// other's bucket of that key, in the order of [Ref.Compare].
//
// A reader of a summary is woken when the sum differs by same, not at each
// change of a member. So a group of thousands in which each looks at all others
// costs one pass over the group for each change, if what the others need to
// know of one is little. The sum must depend on the members alone, and hold
// nothing that same does not compare.
func NewSummary(of *Index, name string, sum func([]*Object) any, same func(a, b any) bool) *Index {
	ix := &Index{Kind: of.Kind, Name: of.Name + "/" + name, of: of, sum: sum, same: same}
	of.summaries = append(of.summaries, ix)
	return ix
}

// base is the bucket that a bucket of a summary sums up; itself for others.
func (b Bucket) base() Bucket {
	if b.Index.of != nil {
		b.Index = b.Index.of
	}
	return b
}

// sums are the summaries of a store that somebody has read. They are made when
// they are first read, by any goroutine.
type sums struct {
	mu    sync.RWMutex
	by    map[Bucket]*sum
	stale []Bucket
}

type sum struct {
	members []*Object // one
	faulty  bool
	stale   bool
}

func (s *Store) summary(b Bucket) []*Object {
	s.sums.mu.RLock()
	have, ok := s.sums.by[b]
	s.sums.mu.RUnlock()
	if ok && !have.stale {
		return have.members
	}
	s.sums.mu.Lock()
	defer s.sums.mu.Unlock()
	if have, ok = s.sums.by[b]; ok && !have.stale {
		return have.members
	}
	made := s.sumUp(b)
	if s.sums.by == nil {
		s.sums.by = map[Bucket]*sum{}
	}
	s.sums.by[b] = made
	return made.members
}

func (s *Store) sumUp(b Bucket) *sum {
	value := b.Index.sum(s.Read(b.base()))
	return &sum{members: []*Object{{Ref: Ref{Kind: b.Index.Kind}, Value: value}}, faulty: s.faulty(b)}
}

// outdate notes that a bucket changed which summaries may sum up.
func (s *Store) outdate(b Bucket) {
	for _, ix := range b.Index.summaries {
		b.Index = ix
		if have, ok := s.sums.by[b]; ok && !have.stale {
			have.stale = true
			s.sums.stale = append(s.sums.stale, b)
		}
	}
}

// Refresh brings the summaries up to date after calls of [Store.Apply], and
// returns the numbers of those buckets that differ, of which somebody keeps
// the number.
func (s *Store) Refresh() []BucketID {
	var changed []BucketID
	for _, b := range s.sums.stale {
		old := s.sums.by[b]
		delete(s.sums.by, b)
		id, kept := s.ids[b]
		if !kept || old == nil {
			continue // nobody remembers it: it is made again when it is read
		}
		made := s.sumUp(b)
		if s.sums.by[b] = made; made.differs(b.Index, old) {
			changed = append(changed, id)
		}
	}
	s.sums.stale = nil
	slices.Sort(changed)
	return changed
}

func (s *sum) differs(ix *Index, o *sum) bool {
	return s.faulty != o.faulty || !ix.same(s.members[0].Value, o.members[0].Value)
}

// Recheck makes every summary anew and returns the numbers of those that were
// not what their members say. There should be none.
func (s *Store) Recheck() []BucketID {
	for b, have := range s.sums.by {
		if !have.stale {
			have.stale = true
			s.sums.stale = append(s.sums.stale, b)
		}
	}
	return s.Refresh()
}
