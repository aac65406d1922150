package mesh

import (
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// AWSTwin is an object of App Mesh's controller that has a twin in AWS.
type AWSTwin struct {
	Ref inventory.Ref
	// Type, Name and ARN are those of the twin.
	Type, Name, ARN string
	// Current: AWS had the object as it is now when the controller last looked.
	Current bool

	changed time.Time
	mesh    string // the Mesh's name; "" of a Mesh
	spec    any    // pointer to the API's type
}

var (
	// MembersInAWS are the kinds of which, beside a Mesh, objects have twins.
	MembersInAWS = []inventory.Kind{
		kinds.AppMeshVirtualNodes.Name, kinds.AppMeshVirtualServices.Name, kinds.AppMeshVirtualRouters.Name,
		kinds.AppMeshVirtualGateways.Name, kinds.AppMeshGatewayRoutes.Name,
	}
	// GatewaysInAWS is the kind which has, beside a VirtualNode, listeners with
	// certificates.
	GatewaysInAWS = []inventory.Kind{kinds.AppMeshVirtualGateways.Name}
)

// TwinOf is the twin that an object should have, as its status says; false if it
// is being deleted, or never was in AWS.
func TwinOf(o *inventory.Object) (*AWSTwin, bool) {
	switch v := o.Value.(type) {
	case *kinds.Mesh:
		return twin(o.Ref, kinds.AWSTypeMesh, v)
	case *kinds.AppMeshVirtualNode:
		return twin(o.Ref, kinds.AWSTypeVirtualNode, v)
	case *kinds.AppMeshVirtualService:
		return twin(o.Ref, kinds.AWSTypeVirtualService, v)
	case *kinds.AppMeshVirtualRouter:
		return twin(o.Ref, kinds.AWSTypeVirtualRouter, v)
	case *kinds.AppMeshVirtualGateway:
		return twin(o.Ref, kinds.AWSTypeVirtualGateway, v)
	case *kinds.AppMeshGatewayRoute:
		return twin(o.Ref, kinds.AWSTypeGatewayRoute, v)
	}
	return nil, false
}

func twin[S any](ref inventory.Ref, typ string, a *kinds.AppMesh[S]) (*AWSTwin, bool) {
	s := &a.Status
	return &AWSTwin{
		Ref: ref, Type: typ, Name: a.AWSName, ARN: s.ARN,
		Current: s.Active == "True" && s.ObservedGeneration == a.Generation,
		changed: a.Changed, mesh: a.Mesh.Name, spec: a.Spec,
	}, a.Deleted.IsZero() && s.ARN != ""
}

// AWSMesh is the mesh in AWS of which an object is a part.
type AWSMesh struct {
	Key, ARN string
}

// AWSMeshOf finds the mesh of a twin through its Mesh; false if that is not
// there, or not yet in AWS.
func AWSMeshOf(r inventory.Reader, t *AWSTwin) (AWSMesh, bool) {
	name := t.mesh
	if t.Type == kinds.AWSTypeMesh {
		name = t.Ref.Name
	}
	m := kinds.Meshes.Get(r, "", name)
	if m == nil {
		return AWSMesh{}, false
	}
	return MeshInAWS(m)
}

// MeshInAWS is what a Mesh stands for; false if it is not yet in AWS.
func MeshInAWS(m *kinds.Mesh) (AWSMesh, bool) {
	arn := strings.SplitN(m.Status.ARN, ":", 6)
	if len(arn) != 6 {
		return AWSMesh{}, false
	}
	owner := m.Spec.MeshOwner
	if owner == "" {
		owner = arn[4]
	}
	return AWSMesh{Key: kinds.AWSMeshKey(m.AWSName, owner), ARN: m.Status.ARN}, true
}

// ARNAccount and ARNRegion are parts of an ARN; "" if it is none.
func ARNAccount(arn string) string { return arnPart(arn, 4) }

// ARNRegion is the region of an ARN; "" if it is none, or has no region.
func ARNRegion(arn string) string { return arnPart(arn, 3) }

func arnPart(arn string, i int) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[i]
	}
	return ""
}

// clockSkew is by how much the clocks of a cluster and of the machine that asks
// AWS may differ.
const clockSkew = time.Minute

// before tells whether the object has been as it is since before a moment. An
// unknown moment is before none.
func (t *AWSTwin) before(moment time.Time) bool { return t.changed.Add(clockSkew).Before(moment) }

// Missing tells whether AWS certainly has no twin: two whole sweeps in a row did
// not find it, and the object has not changed since the first of them began. Of
// a mesh that is missing only the Mesh itself is.
func (t *AWSTwin) Missing(r inventory.Reader) bool {
	mesh, ok := AWSMeshOf(r, t)
	if !t.Current || !ok || kinds.AWSResources.Get(r, mesh.Key, t.ARN) != nil {
		return false
	}
	if t.Type == kinds.AWSTypeMesh {
		s := kinds.AWSSweeps.Get(r, kinds.AWSMeshes, kinds.AWSMeshes)
		return t.absent(s, t.ARN) && s.Region == ARNRegion(t.ARN) && !slices.Contains(s.Listed, t.ARN)
	}
	return kinds.AWSResources.Get(r, mesh.Key, mesh.ARN) != nil &&
		t.absent(kinds.AWSSweeps.Get(r, mesh.Key, mesh.Key), t.ARN)
}

// absent tells whether a sweep that did not find a resource, and the one before
// it, decide that there is none.
func (t *AWSTwin) absent(s *kinds.AWSSweep, arn string) bool {
	return s != nil && t.before(s.Previous) && !slices.Contains(s.Recent, arn)
}

// Counterpart is the twin of an object that AWS and the cluster agree to have;
// nil if AWS has none, or it may be the one of an earlier state of the object.
func (t *AWSTwin) Counterpart(r inventory.Reader) (*kinds.AWSResource, AWSMesh) {
	mesh, ok := AWSMeshOf(r, t)
	if !t.Current || !ok {
		return nil, mesh
	}
	return kinds.AWSResources.Get(r, mesh.Key, t.ARN), mesh
}

// Newer tells whether what a sweep found is later than the object: AWS was
// written, or read, since the object last changed.
func (t *AWSTwin) Newer(r inventory.Reader, mesh AWSMesh, found *kinds.AWSResource) bool {
	if t.before(found.Updated) {
		return true
	}
	s := kinds.AWSSweeps.Get(r, mesh.Key, mesh.Key)
	return s != nil && t.before(s.Began)
}

// Inactive is the status of the twin in AWS if that is not active; "" if it is,
// or that is not certain.
func (t *AWSTwin) Inactive(r inventory.Reader) string {
	found, mesh := t.Counterpart(r)
	if found == nil || found.Status == awsActive || !t.Newer(r, mesh, found) {
		return ""
	}
	return found.Status
}
