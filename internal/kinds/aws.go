package kinds

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Types of App Mesh's resources, as AWS names them in ARNs.
const (
	AWSTypeMesh           = "mesh"
	AWSTypeVirtualNode    = "virtualNode"
	AWSTypeVirtualService = "virtualService"
	AWSTypeVirtualRouter  = "virtualRouter"
	AWSTypeRoute          = "route"
	AWSTypeVirtualGateway = "virtualGateway"
	AWSTypeGatewayRoute   = "gatewayRoute"
)

type (
	// AWSResource is a resource of App Mesh as AWS describes it. Its namespace
	// in the inventory is the key of its mesh, so that each mesh is readable,
	// or not, on its own; its name is its ARN.
	AWSResource struct {
		ARN string
		// Mesh is the key of the mesh: see [AWSMeshKey].
		Mesh string
		Type string
		// Name is the resource's own name in AWS; Parent that of the virtual
		// router of a route, of the virtual gateway of a gateway route.
		Name, Parent string
		// MeshOwner and ResourceOwner are account numbers.
		MeshOwner, ResourceOwner string
		Version                  int64
		Created, Updated         time.Time
		// Status is ACTIVE, INACTIVE or DELETED.
		Status string
		// Spec is the specification in the JSON of AWS's API, in canonical form
		// (keys sorted, no spaces): equal texts are equal specifications.
		Spec string
	}

	// AWSSweep tells of the sweeps of one mesh: its namespace and name in the
	// inventory are the mesh's key. It is there once one was whole. The one
	// with the key [AWSMeshes] tells of the lists of meshes.
	AWSSweep struct {
		Mesh string // key
		// Region is the one that was asked.
		Region string
		// Began is when the last whole sweep began, Previous when the whole one
		// before it did; zero if there was none.
		Began, Previous time.Time
		// Recent are ARNs that the last sweep found gone and the one before it
		// saw: they are absent for one sweep only. Sorted.
		Recent []string
		// New are ARNs that the last sweep found first. Sorted.
		New []string
		// Listed are the ARNs of all meshes, in the sweep [AWSMeshes] alone. Sorted.
		Listed []string
	}

	// AWSMeshDenied is a mesh that AWS does not let the caller read.
	AWSMeshDenied struct {
		Mesh    string // key
		Message string // what AWS said, without request numbers
	}

	// AWSCertificate is what ACM says of a certificate that a listener uses.
	AWSCertificate struct {
		ARN string
		// Missing: ACM knows no such certificate. Nothing else is set then.
		Missing bool
		// Type is AMAZON_ISSUED, IMPORTED or PRIVATE; Status as ISSUED or EXPIRED.
		Type, Status string
		NotAfter     time.Time
		// Renewal is ELIGIBLE or INELIGIBLE for renewal by ACM.
		Renewal string
		// Names are the domain name and all alternative ones, sorted.
		Names []string
	}

	// AWSIdentity is who asks AWS.
	AWSIdentity struct {
		Account, Region string
	}
)

// AWSMeshKey names a mesh within all that one account can see: two owners may
// share meshes of one name.
func AWSMeshKey(name, owner string) string { return name + "@" + owner }

// AWSMeshes is the key of the sweep that tells of the lists of meshes: all that
// the account can see in the region, whichever of them are swept. Without it no
// mesh is said to be missing. The state of its kind is set for this scope.
const AWSMeshes = "*"

// The kinds of AWS. Their objects come from package cloud or from a snapshot.
const (
	awsResourceKind    inventory.Kind = "AppMeshResource.aws.meshaudit.io"
	awsSweepKind       inventory.Kind = "AppMeshSweep.aws.meshaudit.io"
	awsDeniedKind      inventory.Kind = "AppMeshDenied.aws.meshaudit.io"
	awsCertificateKind inventory.Kind = "Certificate.aws.meshaudit.io"
	awsIdentityKind    inventory.Kind = "Identity.aws.meshaudit.io"
)

// awsIdentityName is the name of the one object of its kind.
const awsIdentityName = "caller"

var (
	awsResourceInfo    = &inventory.KindInfo{Kind: awsResourceKind, Namespaced: true}
	awsSweepInfo       = &inventory.KindInfo{Kind: awsSweepKind, Namespaced: true}
	awsDeniedInfo      = &inventory.KindInfo{Kind: awsDeniedKind, Namespaced: true}
	awsCertificateInfo = &inventory.KindInfo{Kind: awsCertificateKind}
	awsIdentityInfo    = &inventory.KindInfo{Kind: awsIdentityKind}
)

// The kinds of AWS, none of whose objects is a subject. Their default state says
// nothing of a mesh: what is read of one is read in its scope, by its key.
var (
	// AWSResources is the kind of App Mesh's resources.
	AWSResources = cloud(awsResourceInfo, "appmeshresources", SourceAppMesh, sameAWSResource, decodeAWSResource)
	// AWSSweeps is the kind of the sweeps of meshes.
	AWSSweeps = cloud(awsSweepInfo, "appmeshsweeps", SourceAppMesh, equal, decodeAWSSweep)
	// AWSMeshesDenied is the kind of meshes that may not be read.
	AWSMeshesDenied = cloud(awsDeniedInfo, "appmeshdenied", SourceAppMesh, equal, decodeAWSDenied)
	// AWSCertificates is the kind of ACM's certificates, by ARN.
	AWSCertificates = cloud(awsCertificateInfo, "certificates", SourceACM, equal, decodeAWSCertificate)
	// AWSIdentities is the kind of the one [AWSIdentity]; see [Caller].
	AWSIdentities = cloud(awsIdentityInfo, "identities", SourceSTS, equal, decodeAWSIdentity)
)

// AWSResourcesByParent finds, in a mesh, the resources of a type by their parent;
// the value is [AWSParentKey].
var AWSResourcesByParent = index(awsResourceInfo, "parent", func(r *AWSResource) []inventory.Key {
	return []inventory.Key{{Scope: r.Mesh, Value: AWSParentKey(r.Type, r.Parent)}}
})

// AWSParentKey is a value of [AWSResourcesByParent].
func AWSParentKey(typ, parent string) string { return typ + "/" + parent }

// Caller reads who asks AWS; nil if that is not known.
func Caller(r inventory.Reader) *AWSIdentity { return AWSIdentities.Get(r, "", awsIdentityName) }

// cloud adds a kind of AWS.
func cloud[V any](info *inventory.KindInfo, plural, source string, same func(a, b any) bool,
	decode func([]byte) (*V, error),
) Kind[V] {
	info.Equal = same
	info.Subjects = func(*inventory.Object) []inventory.Ref { return nil }
	row := Row{
		KindInfo: inventory.NewKind(info), Plural: plural, Versions: []string{"v1alpha1"},
		Cloud: true, Source: source,
	}
	row.Decode = func(raw []byte) *inventory.Object {
		v, err := decode(raw)
		if err != nil {
			return &inventory.Object{Ref: awsRefOf(info, raw), Fault: &inventory.Fault{Message: clean(err)}}
		}
		return any(v).(interface{ Object() *inventory.Object }).Object()
	}
	return Kind[V]{Name: add(row).Kind, info: info}
}

// Object is the resource as an object of the inventory.
func (r *AWSResource) Object() *inventory.Object {
	return &inventory.Object{Ref: AWSResources.Ref(r.Mesh, r.ARN), Value: r}
}

// Object is the sweep as an object of the inventory.
func (s *AWSSweep) Object() *inventory.Object {
	return &inventory.Object{Ref: AWSSweeps.Ref(s.Mesh, s.Mesh), Value: s}
}

// Object is the denied mesh as an object of the inventory.
func (d *AWSMeshDenied) Object() *inventory.Object {
	return &inventory.Object{Ref: AWSMeshesDenied.Ref(d.Mesh, d.Mesh), Value: d}
}

// Object is the certificate as an object of the inventory.
func (c *AWSCertificate) Object() *inventory.Object {
	return &inventory.Object{Ref: AWSCertificates.Ref("", c.ARN), Value: c}
}

// Object is the identity as an object of the inventory.
func (i *AWSIdentity) Object() *inventory.Object {
	return &inventory.Object{Ref: AWSIdentities.Ref("", awsIdentityName), Value: i}
}

// sameAWSResource compares what any check may read. A new version with the same
// content is another object all the same: it tells that somebody wrote.
func sameAWSResource(a, b any) bool {
	x, y := *a.(*AWSResource), *b.(*AWSResource)
	same := x.Created.Equal(y.Created) && x.Updated.Equal(y.Updated)
	x.Created, x.Updated, y.Created, y.Updated = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return same && x == y
}
