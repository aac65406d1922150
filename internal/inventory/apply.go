package inventory

import "slices"

// Change is what one call of [Store.Apply] did.
type Change struct {
	// Old and New are the object before and after; nil where there was none.
	Old, New *Object
	// Buckets are those of both, without duplicates; of the index Ref only if
	// somebody keeps it. A number may be stale after the next call.
	Buckets []BucketID
	// Opaque tells that an object whose content is unknown came, changed or
	// went, so that every reader of the kind must look again.
	Opaque bool
}

// Apply puts an object into the store, or, with a nil value and no fault,
// removes the object of that reference. It reports false when that changes
// nothing that a check could see. The store keeps o and its value.
func (s *Store) Apply(o *Object) (Change, bool) {
	info, ok := s.schema.by[o.Ref.Kind]
	if !ok {
		return Change{}, false
	}
	k := &s.kinds[info.id]
	old := k.objects[o.Ref]
	c := Change{Old: old, New: o}
	if o.Value == nil && o.Fault == nil {
		c.New = nil
	}
	if unchanged(info, c) {
		return Change{}, false
	}
	gone, came := k.count(old, -1), k.count(c.New, +1)
	c.Opaque = gone || came
	s.move(info, k, &c)
	return c, true
}

// count books a faulty object and tells whether it was an opaque one.
func (k *kindState) count(o *Object, n int) bool {
	if o == nil || o.Fault == nil {
		return false
	}
	k.faults += n
	if !o.Opaque() {
		return false
	}
	if k.opaque == nil {
		k.opaque = map[string]int{}
	}
	k.opaque[o.Ref.Namespace] += n
	k.total += n
	return true
}

func unchanged(info *KindInfo, c Change) bool {
	if c.Old == nil || c.New == nil {
		return c.Old == c.New
	}
	return sameFault(c.Old.Fault, c.New.Fault) && sameValue(info, c.Old.Value, c.New.Value)
}

func sameFault(a, b *Fault) bool { return a == b || a != nil && b != nil && *a == *b }

func sameValue(info *KindInfo, a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	return info.Equal != nil && info.Equal(a, b)
}

// move takes the old object out of its buckets and puts the new one in.
func (s *Store) move(info *KindInfo, k *kindState, c *Change) {
	var before, after []BucketID
	if c.Old != nil {
		before = s.keys(info, c.Old)
		delete(k.objects, c.Old.Ref)
	}
	if c.New != nil {
		after = s.keys(info, c.New)
		k.objects[c.New.Ref] = c.New
	}
	for _, id := range before {
		if b := &s.buckets[id]; b.key.Index != info.Ref {
			b.remove(c.Old)
		}
	}
	for _, id := range after {
		if b := &s.buckets[id]; b.key.Index != info.Ref {
			b.insert(c.New)
		}
	}
	c.Buckets = slices.Concat(before, after)
	slices.Sort(c.Buckets)
	c.Buckets = slices.Compact(c.Buckets)
	for _, id := range c.Buckets {
		s.outdate(s.buckets[id].key)
	}
}

// Settle frees the buckets that a change left without members and readers. It
// is called when the change's bucket numbers have been used.
func (s *Store) Settle(c Change) {
	for _, id := range c.Buckets {
		s.collect(id)
	}
}

func (s *Store) keys(info *KindInfo, o *Object) []BucketID {
	var ids []BucketID
	add := func(ix *Index) {
		for _, key := range ix.Keys(o) {
			ids = append(ids, s.bucket(Bucket{Index: ix, Key: key}))
		}
	}
	if id, ok := s.ids[Bucket{Index: info.Ref, Key: info.RefKey(o.Ref)}]; ok {
		ids = append(ids, id) // somebody keeps it
	}
	if info.Namespaced {
		add(info.Namespace)
	}
	add(info.All)
	if o.Value != nil {
		for _, ix := range info.Indexes {
			add(ix)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (b *bucketState) find(r Ref) (int, bool) {
	return slices.BinarySearchFunc(b.members, r, func(o *Object, r Ref) int { return o.Ref.Compare(r) })
}

func (b *bucketState) insert(o *Object) {
	i, found := b.find(o.Ref)
	if found {
		b.count(b.members[i], -1)
		b.members[i] = o
	} else {
		b.members = slices.Insert(b.members, i, o)
	}
	b.count(o, +1)
}

func (b *bucketState) remove(o *Object) {
	if i, found := b.find(o.Ref); found {
		b.count(b.members[i], -1)
		b.members = slices.Delete(b.members, i, i+1)
	}
}

// count books a faulty member.
func (b *bucketState) count(o *Object, n int32) {
	if o.Fault != nil {
		b.faults += n
	}
}
