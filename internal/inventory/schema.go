package inventory

import "fmt"

// maxKinds bounds the kinds of a schema: a [KindSet] has one bit for each.
const maxKinds = 128

// KindInfo is what the store must know about a kind.
type KindInfo struct {
	Kind Kind
	// Version is the preferred API version, used to print an apiVersion.
	Version    string
	Namespaced bool
	// Equal tells whether two values are the same to every check. Nil means
	// that values are never the same.
	Equal func(a, b any) bool
	// Indexes are the kind's own indexes, beside the three that all have.
	Indexes []*Index
	// Subjects lists what an object makes worth auditing. Nil means the object
	// itself. It must depend on the object alone.
	Subjects func(*Object) []Ref

	// Ref, Namespace and All are set by [NewKind].
	Ref, Namespace, All *Index

	id int
}

// NewKind completes info with the three indexes that every kind has: by
// reference, by namespace, and all objects.
func NewKind(info *KindInfo) *KindInfo {
	info.Ref = &Index{Kind: info.Kind, Name: "ref", Keys: info.refKeys}
	info.Namespace = &Index{Kind: info.Kind, Name: "namespace", Keys: namespaceKeys}
	info.All = &Index{Kind: info.Kind, Name: "all", Keys: allKeys}
	return info
}

// APIVersion is the group and preferred version, as in a manifest.
func (i *KindInfo) APIVersion() string {
	if g := i.Kind.Group(); g != "" {
		return g + "/" + i.Version
	}
	return i.Version
}

func (i *KindInfo) refKeys(o *Object) []Key { return []Key{i.RefKey(o.Ref)} }

// RefKey is the key under which the index Ref holds the object r. The scope of
// a cluster-scoped object is its own name, so that its availability can differ
// from that of its kind.
func (i *KindInfo) RefKey(r Ref) Key {
	if !i.Namespaced {
		return Key{Scope: r.Name}
	}
	return Key{Scope: r.Namespace, Value: r.Name}
}

// refOf undoes [KindInfo.RefKey].
func (i *KindInfo) refOf(k Key) Ref {
	if !i.Namespaced {
		return Ref{Kind: i.Kind, Name: k.Scope}
	}
	return Ref{Kind: i.Kind, Namespace: k.Scope, Name: k.Value}
}

func namespaceKeys(o *Object) []Key { return []Key{{Scope: o.Ref.Namespace}} }
func allKeys(*Object) []Key         { return []Key{{}} }

// Schema is the fixed set of kinds of a store.
type Schema struct {
	kinds []*KindInfo
	by    map[Kind]*KindInfo
}

// NewSchema numbers the kinds in the order given. A kind may stand in several
// schemas only if they list it at the same place.
func NewSchema(kinds ...*KindInfo) *Schema {
	if len(kinds) > maxKinds {
		panic(fmt.Sprintf("inventory: %d kinds, at most %d", len(kinds), maxKinds))
	}
	s := &Schema{kinds: kinds, by: make(map[Kind]*KindInfo, len(kinds))}
	for id, k := range kinds {
		k.id = id
		s.by[k.Kind] = k
	}
	return s
}

// Kinds lists the schema's kinds in order.
func (s *Schema) Kinds() []*KindInfo { return s.kinds }

// Lookup finds a kind's description.
func (s *Schema) Lookup(k Kind) (*KindInfo, bool) {
	info, ok := s.by[k]
	return info, ok
}

// KindSet is a set of a schema's kinds.
type KindSet [maxKinds / 64]uint64

// Add puts the kind numbered id into the set.
func (k *KindSet) add(id int) { k[id/64] |= 1 << (id % 64) }

// Has tells whether the schema's kind is in the set.
func (k *KindSet) Has(s *Schema, kind Kind) bool {
	info, ok := s.by[kind]
	return ok && k[info.id/64]&(1<<(info.id%64)) != 0
}

// AddIndex puts the kind of an index into the set.
func (k *KindSet) AddIndex(s *Schema, ix *Index) { k.add(s.by[ix.Kind].id) }
