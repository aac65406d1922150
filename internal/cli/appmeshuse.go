package cli

import "github.com/meshaudit/meshaudit/internal/inventory"

const appMeshGroup = "appmesh.k8s.aws"

// appMeshUse holds the objects of App Mesh's kinds in the cluster.
type appMeshUse map[inventory.Ref]bool

// apply takes changes over, and tells whether there are some now and were none,
// or the other way round.
func (a appMeshUse) apply(changes []inventory.Change) bool {
	before := a.any()
	for _, c := range changes {
		switch {
		case c.New != nil && c.New.Ref.Kind.Group() == appMeshGroup:
			a[c.New.Ref] = true
		case c.New == nil && c.Old.Ref.Kind.Group() == appMeshGroup:
			delete(a, c.Old.Ref)
		}
	}
	return a.any() != before
}

func (a appMeshUse) any() bool { return len(a) > 0 }
