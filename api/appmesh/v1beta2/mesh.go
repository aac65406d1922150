package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The types of an egress filter.
const (
	// EgressAllowAll lets a VirtualNode without backends call anything.
	EgressAllowAll = "ALLOW_ALL"
	// EgressDropAll lets a VirtualNode call its backends and *.amazonaws.com.
	EgressDropAll = "DROP_ALL"
)

// MeshSpec is the specification of a Mesh.
type MeshSpec struct {
	// AWSName is the name in AWS; empty means the object's name.
	AWSName string `json:"awsName,omitempty"`
	// NamespaceSelector chooses the namespaces whose objects become members
	// when they are created: missing chooses none, empty all.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// EgressFilter is missing for DROP_ALL.
	EgressFilter *EgressFilter `json:"egressFilter,omitempty"`
	// MeshOwner is the AWS account that owns the mesh; empty for one's own.
	MeshOwner            string                `json:"meshOwner,omitempty"`
	MeshServiceDiscovery *MeshServiceDiscovery `json:"meshServiceDiscovery,omitempty"`
}

// EgressFilter limits what the mesh's proxies may call.
type EgressFilter struct {
	// Type is one of the Egress constants.
	Type string `json:"type,omitempty"`
}

// MeshServiceDiscovery says which addresses are used.
type MeshServiceDiscovery struct {
	// IPPreference is IPv4_ONLY or IPv6_ONLY, and in AWS also IPv4_PREFERRED or
	// IPv6_PREFERRED.
	IPPreference string `json:"ipPreference,omitempty"`
}

// MeshStatus is the status of a Mesh.
type MeshStatus struct {
	CommonStatus `json:",inline"`

	MeshARN string `json:"meshARN,omitempty"`
}

// Mesh is a service mesh in AWS.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type Mesh struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   MeshSpec   `json:"spec,omitzero"`
	Status MeshStatus `json:"status,omitzero"`
}

// MeshList is a list of Mesh.
// +kubebuilder:object:root=true
type MeshList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Mesh `json:"items"`
}
