// Package cloud fills the inventory with what AWS says: the resources of App
// Mesh, the certificates of ACM that its listeners name, and who asks (STS).
//
// It polls, on the leader alone. A sweep of a mesh is whole or nothing: its
// lists are read to their ends, what is new or has another version is
// described, and then all of it enters the inventory as one. If anything fails
// the last whole picture stays in the inventory and the mesh is unavailable:
// stale beats partial, and "cannot read" never becomes "does not exist". Only
// NotFoundException with HTTP status 404 says that something is not there.
//
// The availability of a mesh, under the scope of its key, is
//
//	Off                nothing has ever answered (mode Auto), nobody asked (mode
//	                   Off, no App Mesh object in the cluster), or the mesh is
//	                   not among those that the policy names
//	SourceUnavailable  not swept yet, or the last sweep failed
//	Listed             the last sweep was whole
//
// The sweeps of a mesh (kind AppMeshSweep) are available only after two whole
// ones: what needs two says nothing, and resolves nothing, before.
//
// What leaves this package holds no secret, no number of a request and no name
// of a session: statuses and messages change only if what they tell changes.
//
// The interfaces in source.go have types of our own. Behind them the SDK signs,
// sends, retries and tells errors apart (connect.go, appmesh.go, paging.go,
// acm.go, sts.go, failure.go); the rest knows nothing of it, so that the module
// of App Mesh can go when AWS removes it.
package cloud
