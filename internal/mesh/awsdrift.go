package mesh

import (
	"reflect"
	"slices"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const awsActive = "ACTIVE"

// Drift is how AWS differs from an object that it took over as it is. It is nil
// while that is not certain: the controller has not finished, something that the
// object refers to is not there, or AWS was last read before the object changed.
//
// The routes of a VirtualRouter are resources of their own in AWS. One that is
// not there is missing and no drift; one that only AWS has is drift.
func (t *AWSTwin) Drift(r inventory.Reader) []AWSDifference {
	found, mesh := t.Counterpart(r)
	if found == nil || found.Status != awsActive {
		return nil
	}
	out := t.versus(r, mesh, found, "spec", t.spec)
	if vr, ok := t.spec.(*appmesh.VirtualRouterSpec); ok {
		out = slices.Concat(out, t.routeDrift(r, mesh, vr))
	}
	return out
}

// versus compares a part of the object with a resource that stands for it.
func (t *AWSTwin) versus(r inventory.Reader, mesh AWSMesh, found *kinds.AWSResource, path string, spec any,
) []AWSDifference {
	here, ok := wireOf(r, found.Type, t.Ref.Namespace, spec)
	there := parseTree(found.Spec)
	if !ok || there == nil {
		return nil
	}
	if vn, ok := spec.(*appmesh.VirtualNodeSpec); ok && len(vn.BackendGroups) > 0 {
		delete(here, "backends") // only the controller's flags tell whether groups count
		delete(there, "backends")
	}
	out := differencesOf(reflect.TypeOf(spec), path, orEmpty(normal("", here)), orEmpty(normal("", there)))
	if len(out) == 0 || !t.Newer(r, mesh, found) {
		return nil
	}
	return out
}

func (t *AWSTwin) routeDrift(r inventory.Reader, mesh AWSMesh, vr *appmesh.VirtualRouterSpec) []AWSDifference {
	var out []AWSDifference
	for found := range t.routes(r, mesh) {
		i := routeNamed(vr, found.Name)
		switch {
		case found.Status != awsActive:
		case i >= 0:
			out = slices.Concat(out, t.versus(r, mesh, found, item("spec.routes", i), &vr.Routes[i]))
		case t.extra(r, mesh, found.ARN):
			out = append(out, AWSDifference{Field: "spec.routes", There: "the route " + found.Name})
		}
	}
	return out
}

// routes are the routes that AWS has of a VirtualRouter.
func (t *AWSTwin) routes(r inventory.Reader, mesh AWSMesh) func(func(*kinds.AWSResource) bool) {
	return kinds.AWSResourcesByParent.In(r, mesh.Key, kinds.AWSParentKey(kinds.AWSTypeRoute, t.Name))
}

// routeNamed is the position of a route; of several of one name the controller
// takes the last. It is -1 if there is none.
func routeNamed(vr *appmesh.VirtualRouterSpec, name string) int {
	for i, route := range slices.Backward(vr.Routes) {
		if route.Name == name {
			return i
		}
	}
	return -1
}

// extra tells whether two sweeps in a row found what the object does not have,
// and the object has not changed since the first began.
func (t *AWSTwin) extra(r inventory.Reader, mesh AWSMesh, arn string) bool {
	s := kinds.AWSSweeps.Get(r, mesh.Key, mesh.Key)
	return s != nil && t.before(s.Previous) && !slices.Contains(s.New, arn)
}

// MissingRoutes are the positions of a VirtualRouter's routes that AWS certainly
// does not have, while it has the router.
func (t *AWSTwin) MissingRoutes(r inventory.Reader) []int {
	vr, ok := t.spec.(*appmesh.VirtualRouterSpec)
	if !ok || len(vr.Routes) == 0 {
		return nil
	}
	found, mesh := t.Counterpart(r)
	if found == nil {
		return nil
	}
	there := map[string]bool{}
	for route := range t.routes(r, mesh) {
		there[route.Name] = true
	}
	var out []int
	for i := range vr.Routes {
		name := vr.Routes[i].Name
		if !there[name] && routeNamed(vr, name) == i &&
			t.absent(kinds.AWSSweeps.Get(r, mesh.Key, mesh.Key), t.ARN+"/route/"+name) {
			out = append(out, i)
		}
	}
	return out
}

// RouteName is the name of a VirtualRouter's route.
func (t *AWSTwin) RouteName(i int) string { return t.spec.(*appmesh.VirtualRouterSpec).Routes[i].Name }
