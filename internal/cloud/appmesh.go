package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appmesh"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// pageSize is how many entries a page may have: the most that App Mesh allows.
const pageSize = 100

// sdkAppMesh reads App Mesh through the SDK. What it returns is made of the
// bodies of the answers; the SDK's own types serve for its errors alone. So a
// specification keeps members that the SDK does not know.
type sdkAppMesh struct{ client *appmesh.Client }

func (s sdkAppMesh) describe(ctx context.Context, of item) (*kinds.AWSResource, error) {
	ctx, body := withBody(ctx)
	if err := s.ask(ctx, of); err != nil {
		return nil, judge(err)
	}
	return decode(*body, of)
}

// ask calls the operation that describes a resource.
func (s sdkAppMesh) ask(ctx context.Context, of item) error {
	mesh, owner, name, parent := aws.String(of.mesh), aws.String(of.meshOwner), aws.String(of.name), aws.String(of.parent)
	var err error
	switch of.kind {
	case kinds.AWSTypeMesh:
		_, err = s.client.DescribeMesh(ctx, &appmesh.DescribeMeshInput{MeshName: mesh, MeshOwner: owner})
	case kinds.AWSTypeVirtualNode:
		_, err = s.client.DescribeVirtualNode(ctx, &appmesh.DescribeVirtualNodeInput{
			MeshName: mesh, MeshOwner: owner, VirtualNodeName: name,
		})
	case kinds.AWSTypeVirtualService:
		_, err = s.client.DescribeVirtualService(ctx, &appmesh.DescribeVirtualServiceInput{
			MeshName: mesh, MeshOwner: owner, VirtualServiceName: name,
		})
	case kinds.AWSTypeVirtualRouter:
		_, err = s.client.DescribeVirtualRouter(ctx, &appmesh.DescribeVirtualRouterInput{
			MeshName: mesh, MeshOwner: owner, VirtualRouterName: name,
		})
	case kinds.AWSTypeRoute:
		_, err = s.client.DescribeRoute(ctx, &appmesh.DescribeRouteInput{
			MeshName: mesh, MeshOwner: owner, VirtualRouterName: parent, RouteName: name,
		})
	case kinds.AWSTypeVirtualGateway:
		_, err = s.client.DescribeVirtualGateway(ctx, &appmesh.DescribeVirtualGatewayInput{
			MeshName: mesh, MeshOwner: owner, VirtualGatewayName: name,
		})
	case kinds.AWSTypeGatewayRoute:
		_, err = s.client.DescribeGatewayRoute(ctx, &appmesh.DescribeGatewayRouteInput{
			MeshName: mesh, MeshOwner: owner, VirtualGatewayName: parent, GatewayRouteName: name,
		})
	}
	return err
}
