package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// BackendGroupSpec is the specification of a BackendGroup.
type BackendGroupSpec struct {
	// VirtualServices are the members. The JSON name is all lower case.
	VirtualServices []Reference    `json:"virtualservices,omitempty"`
	MeshRef         *MeshReference `json:"meshRef,omitempty"`
}

// BackendGroupStatus is empty: the kind has no controller.
type BackendGroupStatus struct{}

// BackendGroup is a list of VirtualServices that VirtualNodes can name as backends at once.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type BackendGroup struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   BackendGroupSpec   `json:"spec,omitzero"`
	Status BackendGroupStatus `json:"status,omitzero"`
}

// BackendGroupList is a list of BackendGroup.
// +kubebuilder:object:root=true
type BackendGroupList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []BackendGroup `json:"items"`
}
