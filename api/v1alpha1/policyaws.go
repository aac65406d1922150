package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AWS says how App Mesh is read in AWS. Credentials come from the operator's
// environment alone: web identity (IRSA), Pod Identity, or static ones; never
// from the node.
type AWS struct {
	// Mode says whether AWS is read, and whether reports need it. Default: Auto.
	// +optional
	Mode AWSMode `json:"mode,omitempty"`
	// Region is the region of the meshes. Default: what the environment says.
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`
	// +optional
	Region string `json:"region,omitempty"`
	// Endpoints replace the addresses of AWS's APIs.
	// +optional
	Endpoints AWSEndpoints `json:"endpoints,omitzero"`
	// Meshes are the names in AWS of the meshes that are read. Default: every
	// mesh that the credentials may read.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	// +listType=set
	// +optional
	Meshes []string `json:"meshes,omitempty"`
	// Exclusive means that nobody but this cluster makes anything in the meshes
	// that it manages, so that whatever else stands there in AWS is a left-over.
	// Default: false.
	// +optional
	Exclusive bool `json:"exclusive,omitempty"`
	// Interval is the time between two readings of a mesh, between 1m and 24h; a
	// reading that takes long makes it longer. Default: 5m.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1m') && duration(self) <= duration('24h')",message="must be between 1m and 24h"
	// +optional
	Interval *metav1.Duration `json:"interval,omitempty"`
	// Certificates says whether ACM is asked about the certificates that
	// listeners use. Default: true.
	// +optional
	Certificates *bool `json:"certificates,omitempty"`
}

// AWSMode says whether AWS is read. In YAML, Off needs quotes.
// +kubebuilder:validation:Enum=Auto;Off;Required
type AWSMode string

// The modes.
const (
	// AWSAuto reads AWS if the cluster holds an object of App Mesh and the
	// environment holds credentials. What has never answered counts as off, and
	// what does not answer makes no report incomplete.
	AWSAuto AWSMode = "Auto"
	// AWSOff reads nothing in AWS.
	AWSOff AWSMode = "Off"
	// AWSRequired reads AWS, and reports are incomplete without it.
	AWSRequired AWSMode = "Required"
)

// AWSEndpoints replace the addresses of AWS's APIs, each an URL such as
// https://vpce-1234.appmesh.eu-west-1.vpce.amazonaws.com. Default: what the
// environment says, else those of AWS for the region.
type AWSEndpoints struct {
	// AppMesh is the address of App Mesh's API.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/?#@\s]+(/[^?#\s]*)?$`
	// +optional
	AppMesh string `json:"appMesh,omitempty"`
	// ACM is the address of Certificate Manager's API.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/?#@\s]+(/[^?#\s]*)?$`
	// +optional
	ACM string `json:"acm,omitempty"`
	// STS is the address of the Security Token Service's API.
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^https?://[^/?#@\s]+(/[^?#\s]*)?$`
	// +optional
	STS string `json:"sts,omitempty"`
}
