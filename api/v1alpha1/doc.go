// Package v1alpha1 is MeshAudit's own API: what the operator found
// ([MeshAuditReport], [ClusterMeshAuditReport]) and what it is told to look
// for ([MeshAuditPolicy]).
//
// The reports have no spec. The operator alone writes them, and only when
// their content changes; everything stands under status.
//
// The policy has no defaults on the server: a missing field means the default
// that its comment names, so a stored policy shows what somebody decided and a
// later version may choose better.
//
// +kubebuilder:object:generate=true
// +groupName=meshaudit.io
package v1alpha1
