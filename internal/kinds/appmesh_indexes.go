package kinds

import (
	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Indexes of App Mesh's kinds by the name in spec.meshRef, everywhere. Objects
// without meshRef stand under "".
var (
	AppMeshVirtualNodesByMesh    = byMesh[appmesh.VirtualNodeSpec](virtualNodeInfo)
	AppMeshVirtualServicesByMesh = byMesh[appmesh.VirtualServiceSpec](appMeshServiceInfo)
	AppMeshVirtualRoutersByMesh  = byMesh[appmesh.VirtualRouterSpec](virtualRouterInfo)
	AppMeshVirtualGatewaysByMesh = byMesh[appmesh.VirtualGatewaySpec](virtualGatewayInfo)
	AppMeshGatewayRoutesByMesh   = byMesh[appmesh.GatewayRouteSpec](gatewayRouteInfo)
	AppMeshBackendGroupsByMesh   = byMesh[appmesh.BackendGroupSpec](backendGroupInfo)
)

// Indexes of App Mesh's kinds by the ARN in their status, everywhere. Objects
// without ARN are in none.
var (
	MeshesByARN                 = byARN[appmesh.MeshSpec](meshInfo)
	AppMeshVirtualNodesByARN    = byARN[appmesh.VirtualNodeSpec](virtualNodeInfo)
	AppMeshVirtualServicesByARN = byARN[appmesh.VirtualServiceSpec](appMeshServiceInfo)
	AppMeshVirtualRoutersByARN  = byARN[appmesh.VirtualRouterSpec](virtualRouterInfo)
	AppMeshVirtualGatewaysByARN = byARN[appmesh.VirtualGatewaySpec](virtualGatewayInfo)
	AppMeshGatewayRoutesByARN   = byARN[appmesh.GatewayRouteSpec](gatewayRouteInfo)
)

// Indexes of App Mesh's kinds by AWSName, everywhere. AWS names are unique in a
// mesh, so that equal ones in several namespaces collide.
var (
	MeshesByAWSName                 = byAWSName[appmesh.MeshSpec](meshInfo)
	AppMeshVirtualNodesByAWSName    = byAWSName[appmesh.VirtualNodeSpec](virtualNodeInfo)
	AppMeshVirtualServicesByAWSName = byAWSName[appmesh.VirtualServiceSpec](appMeshServiceInfo)
	AppMeshVirtualRoutersByAWSName  = byAWSName[appmesh.VirtualRouterSpec](virtualRouterInfo)
	AppMeshVirtualGatewaysByAWSName = byAWSName[appmesh.VirtualGatewaySpec](virtualGatewayInfo)
	AppMeshGatewayRoutesByAWSName   = byAWSName[appmesh.GatewayRouteSpec](gatewayRouteInfo)
)

func byMesh[S any](info *inventory.KindInfo) Index[AppMesh[S]] {
	return index(info, "mesh", func(a *AppMesh[S]) []inventory.Key { return clusterKeys(a.Mesh.Name) })
}

func byARN[S any](info *inventory.KindInfo) Index[AppMesh[S]] {
	return index(info, "arn", func(a *AppMesh[S]) []inventory.Key {
		if a.Status.ARN == "" {
			return nil
		}
		return clusterKeys(a.Status.ARN)
	})
}

func byAWSName[S any](info *inventory.KindInfo) Index[AppMesh[S]] {
	return index(info, "awsname", func(a *AppMesh[S]) []inventory.Key { return clusterKeys(a.AWSName) })
}
