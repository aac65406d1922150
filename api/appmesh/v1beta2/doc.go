// Package v1beta2 holds the kinds of the AWS App Mesh controller for
// Kubernetes as far as MeshAudit reads them. The controller's own types cannot
// be imported: their module needs a release of the AWS SDK that is no longer
// supported.
//
// The types are for reading only. They take everything that the controller's
// CRDs let through: nothing is required, what is missing or empty upstream is
// the zero value here, and enumerations are plain strings. A field is a pointer
// where missing and zero mean different things.
//
// +kubebuilder:object:generate=true
// +groupName=appmesh.k8s.aws
package v1beta2
