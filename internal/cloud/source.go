package cloud

import (
	"context"
	"time"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// The sources. What they return as error is a *[failure].
type (
	appMesh interface {
		// list reads all pages of the resources of a type: all meshes that the
		// caller sees if the parent is nil, else what is directly within a mesh,
		// a virtual router or a virtual gateway.
		list(ctx context.Context, kind string, parent *item) ([]item, error)
		describe(context.Context, item) (*kinds.AWSResource, error)
	}
	certificates interface {
		// describe tells also of a certificate that is missing.
		describe(ctx context.Context, arn string) (*kinds.AWSCertificate, error)
	}
	identity interface {
		// caller is the number of the account that asks.
		caller(context.Context) (string, error)
	}
)

// item is one entry of a list: what identifies a version of a resource.
type item struct {
	kind string // one of kinds.AWSType...
	arn  string
	// mesh, parent and name are names: parent that of the virtual router of a
	// route, of the virtual gateway of a gateway route.
	mesh, meshOwner, parent, name string
	version                       int64
	// created tells two resources apart that had one name, one after the other.
	created time.Time
}

func (i item) meshKey() string { return kinds.AWSMeshKey(i.mesh, i.meshOwner) }

// describedBy tells whether the resource is the version that the entry tells of.
func (i item) describedBy(r *kinds.AWSResource) bool {
	return r != nil && r.Version == i.version && r.Created.Equal(i.created)
}

// unlisted is the entry that a resource would have, of no version: it is to be
// described again.
func unlisted(r *kinds.AWSResource, mesh item) item {
	return item{
		kind: r.Type, arn: r.ARN, mesh: mesh.mesh, meshOwner: mesh.meshOwner, parent: r.Parent, name: r.Name,
		version: -1,
	}
}
