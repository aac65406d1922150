package inventory

// BucketID is a bucket's number in one store. It stays valid while the bucket
// has members or is kept by [Store.Keep]; one of the index Ref only while it is
// kept.
type BucketID uint32

// Store holds objects and their buckets. It is not safe for concurrent use,
// except that any number of goroutines may call [Store.Read], [Store.Check]
// and [Store.Get] while none changes it.
type Store struct {
	schema  *Schema
	kinds   []kindState
	ids     map[Bucket]BucketID
	buckets []bucketState
	free    []BucketID
	sums    sums
}

type kindState struct {
	availability
	objects map[Ref]*Object
}

type bucketState struct {
	key     Bucket
	members []*Object // none in a bucket of the index Ref: see [Store.single]
	faults  int32     // members with a fault
	kept    int32     // how many readers keep the number valid
}

// New makes an empty store in which every kind is NotSynced.
func New(schema *Schema) *Store {
	s := &Store{schema: schema, ids: map[Bucket]BucketID{}, kinds: make([]kindState, len(schema.kinds))}
	for i := range s.kinds {
		s.kinds[i].objects = map[Ref]*Object{}
	}
	return s
}

// Schema is the store's schema.
func (s *Store) Schema() *Schema { return s.schema }

// Get finds an object.
func (s *Store) Get(r Ref) (*Object, bool) {
	info, ok := s.schema.by[r.Kind]
	if !ok {
		return nil, false
	}
	o, ok := s.kinds[info.id].objects[r]
	return o, ok
}

// Len counts the objects of a kind.
func (s *Store) Len(k Kind) int { return len(s.kinds[s.schema.by[k].id].objects) }

// Refs lists the objects of a kind in no order.
func (s *Store) Refs(k Kind) []Ref {
	objects := s.kinds[s.schema.by[k].id].objects
	refs := make([]Ref, 0, len(objects))
	for r := range objects {
		refs = append(refs, r)
	}
	return refs
}

// Read returns a bucket's members in the order of [Ref.Compare].
func (s *Store) Read(b Bucket) []*Object {
	if b.Index.of != nil {
		return s.summary(b)
	}
	if o, single := s.single(b); single {
		if o == nil {
			return nil
		}
		return []*Object{o}
	}
	if id, ok := s.ids[b]; ok {
		return s.buckets[id].members
	}
	return nil
}

// Check gives the state in which the bucket's kind is for the bucket's scope,
// Undecodable if a member of it, or an object that may be one, did not decode.
func (s *Store) Check(b Bucket) State {
	info := s.schema.by[b.Index.Kind]
	k := &s.kinds[info.id]
	state := k.of(b.Scope)
	if !state.Known() || k.faults == 0 {
		return state
	}
	if b.Index != info.Ref && k.hidden(b.Scope) || s.faulty(b) {
		return Undecodable
	}
	return state
}

// single finds the one object that a bucket of the index Ref may hold. It has
// no list of members, since there are as many of these buckets as objects.
func (s *Store) single(b Bucket) (o *Object, single bool) {
	info := s.schema.by[b.Index.Kind]
	if b.Index != info.Ref {
		return nil, false
	}
	return s.kinds[info.id].objects[info.refOf(b.Key)], true
}

func (s *Store) faulty(b Bucket) bool {
	if o, single := s.single(b.base()); single {
		return o != nil && o.Fault != nil
	}
	id, ok := s.ids[b.base()]
	return ok && s.buckets[id].faults > 0
}

// State is the state of a kind in a scope ("" for the whole cluster).
func (s *Store) State(k Kind, scope string) State {
	return s.kinds[s.schema.by[k].id].of(scope)
}

// SetState sets a kind's state; with a scope, that of one namespace alone (of
// the kind Namespace: of one name). It tells whether that changed anything.
func (s *Store) SetState(k Kind, scope string, state State) bool {
	a := &s.kinds[s.schema.by[k].id].availability
	if scope == "" {
		changed := a.state != state
		a.state = state
		return changed
	}
	if old, ok := a.scopes[scope]; ok && old == state {
		return false
	}
	if a.scopes == nil {
		a.scopes = map[string]State{}
	}
	a.scopes[scope] = state
	return true
}

// Keep returns the number of a bucket and keeps it valid until [Store.Release].
func (s *Store) Keep(b Bucket) BucketID {
	id := s.bucket(b)
	s.buckets[id].kept++
	return id
}

// Release ends one [Store.Keep].
func (s *Store) Release(id BucketID) {
	s.buckets[id].kept--
	s.collect(id)
}

// Key is the bucket that a valid number stands for.
func (s *Store) Key(id BucketID) Bucket { return s.buckets[id].key }

func (s *Store) bucket(b Bucket) BucketID {
	if id, ok := s.ids[b]; ok {
		return id
	}
	id := BucketID(len(s.buckets)) //nolint:gosec // fewer buckets than 2^32 fit into memory
	if n := len(s.free); n > 0 {
		id, s.free = s.free[n-1], s.free[:n-1]
		s.buckets[id] = bucketState{key: b}
	} else {
		s.buckets = append(s.buckets, bucketState{key: b})
	}
	s.ids[b] = id
	return id
}

func (s *Store) collect(id BucketID) {
	b := &s.buckets[id]
	if b.kept > 0 || len(b.members) > 0 {
		return
	}
	delete(s.ids, b.key)
	if b.key.Index.of != nil {
		delete(s.sums.by, b.key)
	}
	*b = bucketState{}
	s.free = append(s.free, id)
}
