package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appmesh"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// list reads all pages. A list whose last page is full is read again in pages
// of another size: a page that lost its token would end it too early.
func (s sdkAppMesh) list(ctx context.Context, kind string, parent *item) ([]item, error) {
	items, full, err := s.pages(ctx, kind, parent, pageSize)
	if err != nil || !full {
		return items, err
	}
	again, full, err := s.pages(ctx, kind, parent, pageSize-1)
	if err == nil && full && len(again) < len(items) {
		err = malformed("A list of %s ends too early: its last page is full and tells of no other", shapes[kind].key)
	}
	return again, err
}

// pages reads a list to its end, each entry once, and tells whether the last
// page was full.
func (s sdkAppMesh) pages(ctx context.Context, kind string, parent *item, size int32) ([]item, bool, error) {
	var items []item
	tokens, arns := map[string]bool{}, map[string]bool{}
	for next := ""; ; {
		p, err := s.page(ctx, kind, parent, size, next)
		if err != nil {
			return nil, false, err
		}
		for _, it := range p.items {
			if !arns[it.arn] {
				arns[it.arn] = true
				items = append(items, it)
			}
		}
		if next = p.next; next == "" {
			return items, len(p.items) >= int(size), nil
		}
		if tokens[next] {
			return nil, false, malformed("The pages of a list of %s lead back to one another", shapes[kind].key)
		}
		tokens[next] = true
	}
}

func (s sdkAppMesh) page(ctx context.Context, kind string, parent *item, size int32, token string) (page, error) {
	ctx, body := withBody(ctx)
	var next *string
	if token != "" {
		next = aws.String(token)
	}
	if err := s.fetch(ctx, kind, parent, aws.Int32(size), next); err != nil {
		return page{}, judge(err)
	}
	return decodePage(*body, kind, parent)
}

// fetch calls the operation that lists the resources of a type.
func (s sdkAppMesh) fetch(ctx context.Context, kind string, parent *item, limit *int32, next *string) error {
	if kind == kinds.AWSTypeMesh {
		_, err := s.client.ListMeshes(ctx, &appmesh.ListMeshesInput{Limit: limit, NextToken: next})
		return err
	}
	mesh, owner, name := aws.String(parent.mesh), aws.String(parent.meshOwner), aws.String(parent.name)
	var err error
	switch kind {
	case kinds.AWSTypeVirtualNode:
		_, err = s.client.ListVirtualNodes(ctx, &appmesh.ListVirtualNodesInput{
			MeshName: mesh, MeshOwner: owner, Limit: limit, NextToken: next,
		})
	case kinds.AWSTypeVirtualService:
		_, err = s.client.ListVirtualServices(ctx, &appmesh.ListVirtualServicesInput{
			MeshName: mesh, MeshOwner: owner, Limit: limit, NextToken: next,
		})
	case kinds.AWSTypeVirtualRouter:
		_, err = s.client.ListVirtualRouters(ctx, &appmesh.ListVirtualRoutersInput{
			MeshName: mesh, MeshOwner: owner, Limit: limit, NextToken: next,
		})
	case kinds.AWSTypeRoute:
		_, err = s.client.ListRoutes(ctx, &appmesh.ListRoutesInput{
			MeshName: mesh, MeshOwner: owner, VirtualRouterName: name, Limit: limit, NextToken: next,
		})
	case kinds.AWSTypeVirtualGateway:
		_, err = s.client.ListVirtualGateways(ctx, &appmesh.ListVirtualGatewaysInput{
			MeshName: mesh, MeshOwner: owner, Limit: limit, NextToken: next,
		})
	case kinds.AWSTypeGatewayRoute:
		_, err = s.client.ListGatewayRoutes(ctx, &appmesh.ListGatewayRoutesInput{
			MeshName: mesh, MeshOwner: owner, VirtualGatewayName: name, Limit: limit, NextToken: next,
		})
	}
	return err
}
