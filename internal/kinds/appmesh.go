package kinds

import (
	"reflect"
	"time"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// AppMesh is the value of one of App Mesh's kinds.
type AppMesh[S any] struct {
	Meta
	Spec *S // never nil
	// AWSName is the name in AWS: spec.awsName, else the default that the
	// controller's webhook makes of name and namespace. A BackendGroup has none.
	AWSName string
	// Mesh is spec.meshRef, zero if that is not set or the kind has none.
	Mesh   appmesh.MeshReference
	Status AppMeshStatus
	// Changed is when the object last changed in anything that is kept here, at
	// the latest: the newest time of its managed fields. Zero, which is long
	// ago, where none are given, as in most files. It is compared, since checks
	// read it; the App Mesh controller writes only what differs.
	Changed time.Time
}

// AppMeshStatus is what the App Mesh controller said of an object at its last
// successful reconcile.
type AppMeshStatus struct {
	ARN string
	// Active is the status of the kind's one condition (MeshActive,
	// VirtualNodeActive, …): "True", "False", "Unknown", or "" if absent.
	Active             string
	ObservedGeneration int64
}

// Values of App Mesh's kinds.
type (
	// Mesh is an App Mesh.
	Mesh = AppMesh[appmesh.MeshSpec]
	// AppMeshVirtualNode stands for the Pods that it selects.
	AppMeshVirtualNode = AppMesh[appmesh.VirtualNodeSpec]
	// AppMeshVirtualService is App Mesh's, not Istio's.
	AppMeshVirtualService = AppMesh[appmesh.VirtualServiceSpec]
	// AppMeshVirtualRouter spreads a virtual service's traffic over nodes.
	AppMeshVirtualRouter = AppMesh[appmesh.VirtualRouterSpec]
	// AppMeshVirtualGateway lets traffic in.
	AppMeshVirtualGateway = AppMesh[appmesh.VirtualGatewaySpec]
	// AppMeshGatewayRoute leads from a virtual gateway to a virtual service.
	AppMeshGatewayRoute = AppMesh[appmesh.GatewayRouteSpec]
	// AppMeshBackendGroup is a list of backends for several virtual nodes.
	AppMeshBackendGroup = AppMesh[appmesh.BackendGroupSpec]
)

// Names of kinds that others refer to.
const (
	appMeshServiceKind inventory.Kind = "VirtualService.appmesh.k8s.aws"
	virtualNodeKind    inventory.Kind = "VirtualNode.appmesh.k8s.aws"
	virtualRouterKind  inventory.Kind = "VirtualRouter.appmesh.k8s.aws"
	virtualGatewayKind inventory.Kind = "VirtualGateway.appmesh.k8s.aws"
	backendGroupKind   inventory.Kind = "BackendGroup.appmesh.k8s.aws"
)

var (
	meshInfo           = &inventory.KindInfo{Kind: "Mesh.appmesh.k8s.aws"}
	virtualNodeInfo    = &inventory.KindInfo{Kind: virtualNodeKind, Namespaced: true}
	appMeshServiceInfo = &inventory.KindInfo{Kind: appMeshServiceKind, Namespaced: true}
	virtualRouterInfo  = &inventory.KindInfo{Kind: virtualRouterKind, Namespaced: true}
	virtualGatewayInfo = &inventory.KindInfo{Kind: virtualGatewayKind, Namespaced: true}
	gatewayRouteInfo   = &inventory.KindInfo{Kind: "GatewayRoute.appmesh.k8s.aws", Namespaced: true}
	backendGroupInfo   = &inventory.KindInfo{Kind: backendGroupKind, Namespaced: true}
)

var (
	// Meshes is the kind Mesh, which is cluster-scoped.
	Meshes = appMesh[appmesh.MeshSpec](meshInfo, "meshes", wholeName)
	// AppMeshVirtualNodes is the kind VirtualNode.
	AppMeshVirtualNodes = appMesh[appmesh.VirtualNodeSpec](virtualNodeInfo, "virtualnodes", joinedName,
		"spec.backendGroups",
		"spec.backends.virtualService.virtualServiceRef", "spec.backends.virtualService.virtualServiceARN")
	// AppMeshVirtualServices is the kind of App Mesh's VirtualService.
	AppMeshVirtualServices = appMesh[appmesh.VirtualServiceSpec](appMeshServiceInfo, "virtualservices", dottedName,
		"spec.provider")
	// AppMeshVirtualRouters is the kind VirtualRouter.
	AppMeshVirtualRouters = appMesh[appmesh.VirtualRouterSpec](virtualRouterInfo, "virtualrouters", joinedName,
		routerKeyFields()...)
	// AppMeshVirtualGateways is the kind VirtualGateway.
	AppMeshVirtualGateways = appMesh[appmesh.VirtualGatewaySpec](virtualGatewayInfo, "virtualgateways", joinedName)
	// AppMeshGatewayRoutes is the kind GatewayRoute.
	AppMeshGatewayRoutes = appMesh[appmesh.GatewayRouteSpec](gatewayRouteInfo, "gatewayroutes", joinedName,
		"spec.virtualGatewayRef", "spec.httpRoute.action.target.virtualService",
		"spec.http2Route.action.target.virtualService", "spec.grpcRoute.action.target.virtualService")
	// AppMeshBackendGroups is the kind BackendGroup.
	AppMeshBackendGroups = appMesh[appmesh.BackendGroupSpec](backendGroupInfo, "backendgroups", noName,
		"spec.virtualservices")
)

// appMesh adds one of App Mesh's kinds. All are in one version.
func appMesh[S any](info *inventory.KindInfo, plural string, awsName func(*Meta) string,
	keyFields ...string,
) Kind[AppMesh[S]] {
	info.Equal = func(a, b any) bool {
		x, y := a.(*AppMesh[S]), b.(*AppMesh[S])
		return x.equal(&y.Meta) && x.Mesh == y.Mesh && x.AWSName == y.AWSName && x.Status == y.Status &&
			x.Changed.Equal(y.Changed) &&
			reflect.DeepEqual(x.Spec, y.Spec)
	}
	row := Row{
		KindInfo: info, Plural: plural, Versions: []string{"v1beta2"}, Custom: true,
		KeyFields: append(keyFields, "spec.awsName", "spec.meshRef", "status"),
	}
	return raw(row, func(e *envelope) (*AppMesh[S], error) {
		out := &AppMesh[S]{Meta: e.Metadata.meta(), Spec: new(S), Changed: e.Metadata.changed()}
		out.Namespace = namespaceOf(info, out.Namespace) // the name in AWS holds it
		if err := unmarshalPart(e.Spec, out.Spec); err != nil {
			return nil, err
		}
		if err := out.common(e, awsName); err != nil {
			return nil, err
		}
		return out, out.Status.decode(e.Status)
	})
}
