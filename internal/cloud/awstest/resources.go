package awstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Resource is one of App Mesh.
type Resource struct {
	// Type is as in ARNs: mesh, virtualNode, virtualService, virtualRouter,
	// route, virtualGateway or gatewayRoute.
	Type string
	// Mesh and Owner say which mesh; Owner is [Account] if empty.
	Mesh, Owner string
	// Parent is the router of a route, or the gateway of a gateway route.
	Parent string
	// Name is that of the mesh, for a mesh, if empty.
	Name string
	// Spec is JSON as AWS describes it; {} if empty.
	Spec string
	// Status is ACTIVE if empty.
	Status string
	// Created is a day of January 2026 if zero, and stays when it is updated.
	Created time.Time

	arn     string
	version int64
	updated time.Time
}

// epoch is when the first resource was made.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// ARN is the resource's.
func (r Resource) ARN() string {
	path := "mesh/" + r.Mesh
	switch {
	case r.Type == "mesh":
	case r.Parent != "":
		path += "/" + parents[r.Type] + "/" + r.Parent + "/" + r.Type + "/" + r.Name
	default:
		path += "/" + r.Type + "/" + r.Name
	}
	return "arn:aws:appmesh:" + Region + ":" + cmp.Or(r.Owner, Account) + ":" + path
}

var parents = map[string]string{"route": "virtualRouter", "gatewayRoute": "virtualGateway"}

// Put creates a resource, or updates it: its version rises.
func (s *Server) Put(r Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Owner, r.Spec, r.Status = cmp.Or(r.Owner, Account), cmp.Or(r.Spec, "{}"), cmp.Or(r.Status, "ACTIVE")
	if r.Type == "mesh" {
		r.Name = r.Mesh
	}
	r.version = 1
	if r.Created.IsZero() {
		r.Created = epoch
	}
	in := s.resources[r.Mesh]
	if in == nil {
		in = map[string]*Resource{}
		s.resources[r.Mesh] = in
	}
	if old := in[r.ARN()]; old != nil {
		r.version, r.Created = old.version+1, old.Created
	}
	r.updated = r.Created.Add(time.Duration(r.version) * time.Second)
	r.arn = r.ARN()
	in[r.arn] = &r
}

// Delete removes a resource and all that is within it.
func (s *Server) Delete(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range s.resources {
		maps.DeleteFunc(in, func(a string, _ *Resource) bool { return a == arn || strings.HasPrefix(a, arn+"/") })
	}
}

// all lists the resources of a mesh, or of all if it is empty, that a filter
// keeps, by ARN.
func (s *Server) all(mesh string, keep func(*Resource) bool) []*Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Resource
	for name, in := range s.resources {
		for _, r := range in {
			if (mesh == "" || mesh == name) && keep(r) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Resource) int { return strings.Compare(a.arn, b.arn) })
	return out
}

// entryOf is the resource in a list.
func entryOf(r *Resource) map[string]any {
	out := map[string]any{
		"arn": r.arn, "meshName": r.Mesh, "meshOwner": r.Owner, "resourceOwner": r.Owner, "version": r.version,
		"createdAt": stamp(r.Created), "lastUpdatedAt": stamp(r.updated),
	}
	name(r, out)
	return out
}

// descriptionOf is the body of the answer that describes the resource.
func descriptionOf(r *Resource) map[string]any {
	out := map[string]any{
		"meshName": r.Mesh, "spec": json.RawMessage(r.Spec), "status": map[string]any{"status": r.Status},
		"metadata": map[string]any{
			"arn": r.arn, "meshOwner": r.Owner, "resourceOwner": r.Owner, "version": r.version,
			"createdAt": stamp(r.Created), "lastUpdatedAt": stamp(r.updated), "uid": fmt.Sprintf("uid-%d", r.version),
		},
	}
	name(r, out)
	return out
}

func name(r *Resource, fields map[string]any) {
	fields[r.Type+"Name"] = r.Name
	if r.Parent != "" {
		fields[parents[r.Type]+"Name"] = r.Parent
	}
}

func stamp(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
