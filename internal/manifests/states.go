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
//   - What is of AWS is known of the meshes and certificates that are given, and
//     off for all others.
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
		if row, ok := kinds.Lookup(o.Ref.Kind); ok && !row.Cloud && o.Ref.Namespace != "" {
			used[o.Ref.Namespace] = true
		}
	}
	for _, row := range kinds.Rows() {
		b.SetState(row.Kind, "", fileState(row, given[row.Kind], partial))
	}
	for _, o := range s.Objects {
		if row, ok := kinds.Lookup(o.Ref.Kind); ok && row.Cloud {
			awsStates(&b, row, o)
		}
	}
	impliedNamespaces(&b, used, given[kinds.Namespaces.Name])
	return b
}

func fileState(row *kinds.Row, given, partial bool) inventory.State {
	switch {
	case row.Cloud:
		return inventory.Off
	case given || row.Internal:
		return inventory.Listed
	case row.OffInFiles || row.OffByDefault || partial || row.Kind == kinds.Namespaces.Name:
		return inventory.Off
	}
	return inventory.Listed
}

// awsStates are what an object of AWS tells of what was read there. The sweep of
// the lists of meshes says that all of them were.
func awsStates(b *inventory.Batch, row *kinds.Row, o *inventory.Object) {
	scope := row.RefKey(o.Ref).Scope
	if row.Kind == kinds.AWSSweeps.Name && scope == kinds.AWSMeshes {
		b.SetState(kinds.AWSResources.Name, "", inventory.Listed)
		b.SetState(row.Kind, "", inventory.Listed)
	}
	if row.Source == kinds.SourceAppMesh {
		b.SetState(kinds.AWSMeshesDenied.Name, "", inventory.Listed)
	}
	if row.Kind == kinds.AWSSweeps.Name {
		b.SetState(kinds.AWSResources.Name, scope, inventory.Listed)
	}
	b.SetState(row.Kind, scope, inventory.Listed)
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
