package manifests

import (
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Batch is what the set says about the world: its objects, the namespaces that
// they imply, and which kinds it tells nothing about. With partial, that is
// every kind without an object.
//
//   - A kind without an object is empty, but what an installation brings or
//     nobody commits is off unless one is given.
//   - The namespace of an object exists, without labels. Other namespaces are
//     unknown, unless Namespace objects are given: then there are no others.
func (s *Set) Batch(partial bool) inventory.Batch {
	b := inventory.Batch{Objects: make(map[inventory.Ref]*inventory.Object, len(s.Objects))}
	given := map[inventory.Kind]bool{}
	used := map[string]bool{}
	for _, o := range s.Objects {
		if o.Ref.Kind == kinds.ConfigMaps.Name && !kinds.OfMesh(o) {
			continue // as in a cluster, where no other ConfigMap is watched
		}
		b.Put(o)
		given[o.Ref.Kind] = true
		if o.Ref.Namespace != "" {
			used[o.Ref.Namespace] = true
		}
	}
	for _, row := range kinds.Rows() {
		b.SetState(row.Kind, "", fileState(row, given[row.Kind], partial))
	}
	impliedNamespaces(&b, used, given[kinds.Namespaces.Name])
	return b
}

func fileState(row *kinds.Row, given, partial bool) inventory.State {
	switch {
	case given || row.Internal:
		return inventory.Listed
	case row.OffInFiles || row.OffByDefault || partial || row.Kind == kinds.Namespaces.Name:
		return inventory.Off
	}
	return inventory.Listed
}

func impliedNamespaces(b *inventory.Batch, used map[string]bool, given bool) {
	for _, name := range slices.Sorted(maps.Keys(used)) {
		ref := kinds.Namespaces.Ref("", name)
		if b.Objects[ref] == nil {
			b.Put(&inventory.Object{Ref: ref, Value: kinds.NewNamespace(name)})
		}
		if !given {
			b.SetState(kinds.Namespaces.Name, name, inventory.Listed)
		}
	}
}
