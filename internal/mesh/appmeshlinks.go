package mesh

import (
	"fmt"

	"k8s.io/apimachinery/pkg/types"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// AppMeshLink is a reference of an App Mesh object to another.
type AppMeshLink struct {
	// Field is its path in the object, as deep as it goes.
	Field string
	// Target is the object, of which an ARN gives the kind alone.
	Target inventory.Ref
	// Exists is No where the reference leads nowhere, and Maybe where it is an
	// ARN that no object of this cluster has: it may be another account's, or
	// not made by Kubernetes.
	Exists Answer

	uid, found types.UID
}

// Problem says what is wrong with the link; "" if nothing is, or may be.
func (l *AppMeshLink) Problem() string {
	switch {
	case l.Exists != No:
		return ""
	case l.Target.Name == "":
		return fmt.Sprintf("names neither a %s nor an ARN", l.Target.Kind.Short())
	case l.uid != l.found:
		return fmt.Sprintf("belongs to the %s with UID %s, and the one of that name now has UID %s",
			l.Target, l.uid, l.found)
	}
	return fmt.Sprintf("names %s, which does not exist", l.Target)
}

// appMeshKind is how objects of a kind are found by references.
type appMeshKind[S any] struct {
	kinds.Kind[kinds.AppMesh[S]]
	byARN kinds.Index[kinds.AppMesh[S]]
}

var (
	virtualNodes = appMeshKind[appmesh.VirtualNodeSpec]{
		kinds.AppMeshVirtualNodes, kinds.AppMeshVirtualNodesByARN,
	}
	virtualServices = appMeshKind[appmesh.VirtualServiceSpec]{
		kinds.AppMeshVirtualServices, kinds.AppMeshVirtualServicesByARN,
	}
	virtualRouters = appMeshKind[appmesh.VirtualRouterSpec]{
		kinds.AppMeshVirtualRouters, kinds.AppMeshVirtualRoutersByARN,
	}
)

// link resolves a reference as the App Mesh controller does: an ARN wins, and
// the namespace defaults to that of the referrer. Field is the path of what
// holds the reference as ref and the ARN.
func (k appMeshKind[S]) link(r inventory.Reader, field, ref string, to *appmesh.Reference,
	arn, referrer string,
) AppMeshLink {
	l := AppMeshLink{Field: field, Target: inventory.Ref{Kind: k.Name}}
	if arn != "" {
		l.Exists = Maybe
		for range k.byARN.Everywhere(r, arn) {
			l.Exists = Yes
		}
		return l
	}
	if to == nil || to.Name == "" {
		return l
	}
	l.Field, l.Target = field+"."+ref+".name", appMeshRef(k.Name, to, referrer)
	l.Exists = certainly(k.Get(r, l.Target.Namespace, l.Target.Name) != nil)
	return l
}

func appMeshRef(k inventory.Kind, to *appmesh.Reference, referrer string) inventory.Ref {
	ref := inventory.Ref{Kind: k, Namespace: to.Namespace, Name: to.Name}
	if ref.Namespace == "" {
		ref.Namespace = referrer
	}
	return ref
}

// meshLink is the link of a member to its Mesh, which the admission webhook
// writes. A member without one, as in most files, has none.
func meshLink[S any](r inventory.Reader, member *kinds.AppMesh[S]) (l AppMeshLink, ok bool) {
	to := member.Mesh
	if to.Name == "" {
		return l, false
	}
	l = AppMeshLink{Field: "spec.meshRef.name", Target: kinds.Meshes.Ref("", to.Name)}
	if m := kinds.Meshes.Get(r, "", to.Name); m != nil {
		l.sameUID("spec.meshRef.uid", to.UID, m.UID)
	}
	return l, true
}

// sameUID sets whether the object that was found is the one that was meant.
func (l *AppMeshLink) sameUID(field string, meant types.UID, found string) {
	if meant == "" || found == "" || string(meant) == found {
		l.Exists = Yes
		return
	}
	l.Field, l.uid, l.found = field, meant, types.UID(found)
}
