package cloud

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// sweep reads one mesh as a whole.
type sweep struct {
	source appMesh
	mesh   item
	// last is what the last whole sweep saw, by ARN.
	last map[string]*kinds.AWSResource
	// described is what sweeps described since then: they failed later, and
	// what they learnt need not be asked again.
	described map[string]*kinds.AWSResource
}

// run returns all resources of the mesh, itself included, by ARN. If it fails,
// nothing is known. An absent mesh is a failure that says so.
func (s *sweep) run(ctx context.Context) (map[string]*kinds.AWSResource, error) {
	items, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	items = append(items, s.unlisted(items)...)
	found := make(map[string]*kinds.AWSResource, len(items))
	for _, it := range items {
		switch r, err := s.resource(ctx, it); {
		case absentError(err) && it.kind != kinds.AWSTypeMesh: // deleted
		case err != nil:
			return nil, err
		default:
			found[it.arn] = r
		}
	}
	return found, nil
}

var inMesh = []string{
	kinds.AWSTypeVirtualNode, kinds.AWSTypeVirtualService, kinds.AWSTypeVirtualRouter, kinds.AWSTypeVirtualGateway,
}

// within are the types that are part of another.
var within = map[string]string{
	kinds.AWSTypeVirtualRouter:  kinds.AWSTypeRoute,
	kinds.AWSTypeVirtualGateway: kinds.AWSTypeGatewayRoute,
}

func (s *sweep) list(ctx context.Context) ([]item, error) {
	items := []item{s.mesh}
	for _, kind := range inMesh {
		listed, err := s.source.list(ctx, kind, &s.mesh)
		if err != nil {
			return nil, err
		}
		items = append(items, listed...)
	}
	for _, it := range items {
		kind, has := within[it.kind]
		if !has {
			continue
		}
		parts, err := s.source.list(ctx, kind, &it)
		if absentError(err) { // deleted since it was listed: its description will say so
			continue
		}
		if err != nil {
			return nil, err
		}
		items = append(items, parts...)
	}
	return items, nil
}

// unlisted are the resources of the last sweep that the lists do not hold. Each
// is asked for: a list may lack something that exists.
func (s *sweep) unlisted(items []item) []item {
	listed := make(map[string]bool, len(items))
	for _, it := range items {
		listed[it.arn] = true
	}
	var out []item
	for arn, r := range s.last {
		if !listed[arn] {
			out = append(out, unlisted(r, s.mesh))
		}
	}
	slices.SortFunc(out, func(a, b item) int { return strings.Compare(a.arn, b.arn) })
	return out
}

// resource is the description of an entry: a known one if it has not changed.
func (s *sweep) resource(ctx context.Context, it item) (*kinds.AWSResource, error) {
	for _, known := range []*kinds.AWSResource{s.last[it.arn], s.described[it.arn]} {
		if it.describedBy(known) {
			return known, nil
		}
	}
	r, err := s.source.describe(ctx, it)
	if err != nil {
		return nil, err
	}
	s.described[it.arn] = r
	return r, nil
}

// absentError tells whether a source said that the thing does not exist.
func absentError(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.absent
}
