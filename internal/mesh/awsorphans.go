package mesh

import (
	"iter"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// awsNames are what the search for left-overs needs to know of the resources of
// a mesh: a change of what they specify wakes nobody.
var awsNames = kinds.Summarize(kinds.AWSResources.ByNamespace(), "names", namesOf, slices.Equal[[]awsNamed])

type awsNamed struct{ typ, name, arn string }

func namesOf(all iter.Seq[*kinds.AWSResource]) []awsNamed {
	var out []awsNamed
	for r := range all {
		out = append(out, awsNamed{r.Type, r.Name, r.ARN})
	}
	return out
}

// AWSOrphan is a resource of AWS for which no object of the cluster stands.
type AWSOrphan struct {
	Type, Name, ARN string
}

// AWSOrphans are the resources in a mesh for which certainly no object stands:
// two sweeps in a row found them, and the cluster has lost none since the first
// began. Routes are the business of their VirtualRouter.
func AWSOrphans(r inventory.Reader, m *kinds.Mesh) []AWSOrphan {
	mesh, ok := MeshInAWS(m)
	if !ok || kinds.AWSResources.Get(r, mesh.Key, mesh.ARN) == nil {
		return nil
	}
	var out []AWSOrphan
	for _, n := range awsNames.In(r, mesh.Key, "") {
		if n.typ != kinds.AWSTypeMesh && n.typ != kinds.AWSTypeRoute && !claimed(r, n) && settledOrphan(r, mesh.Key, n.arn) {
			out = append(out, AWSOrphan{n.typ, n.name, n.arn})
		}
	}
	return out
}

// settledOrphan tells whether the sweeps decide that a resource stays.
func settledOrphan(r inventory.Reader, key, arn string) bool {
	s := kinds.AWSSweeps.Get(r, key, key)
	if s == nil || s.Previous.IsZero() || slices.Contains(s.New, arn) {
		return false
	}
	gone := kinds.AWSDepartures.Get(r, "", arn)
	return gone == nil || gone.Seen.Add(clockSkew).Before(s.Previous)
}

// claimed tells whether an object stands for a resource, or may come to do so:
// one that has its name and no ARN yet.
func claimed(r inventory.Reader, n awsNamed) bool {
	switch n.typ {
	case kinds.AWSTypeVirtualNode:
		return claims(r, kinds.AppMeshVirtualNodesByARN, kinds.AppMeshVirtualNodesByAWSName, n)
	case kinds.AWSTypeVirtualService:
		return claims(r, kinds.AppMeshVirtualServicesByARN, kinds.AppMeshVirtualServicesByAWSName, n)
	case kinds.AWSTypeVirtualRouter:
		return claims(r, kinds.AppMeshVirtualRoutersByARN, kinds.AppMeshVirtualRoutersByAWSName, n)
	case kinds.AWSTypeVirtualGateway:
		return claims(r, kinds.AppMeshVirtualGatewaysByARN, kinds.AppMeshVirtualGatewaysByAWSName, n)
	case kinds.AWSTypeGatewayRoute:
		return claims(r, kinds.AppMeshGatewayRoutesByARN, kinds.AppMeshGatewayRoutesByAWSName, n)
	}
	return true // of a type that we do not know
}

func claims[S any](r inventory.Reader, byARN, byName kinds.Index[kinds.AppMesh[S]], n awsNamed) bool {
	for range byARN.Everywhere(r, n.arn) {
		return true
	}
	for o := range byName.Everywhere(r, n.name) {
		if o.Status.ARN == "" {
			return true
		}
	}
	return false
}
