package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VirtualServiceSpec is the specification of a VirtualService.
type VirtualServiceSpec struct {
	// AWSName is the name in AWS, and the host that clients call; empty means
	// <name>.<namespace>.
	AWSName string `json:"awsName,omitempty"`
	// Provider is missing for a service without endpoints.
	Provider *VirtualServiceProvider `json:"provider,omitempty"`
	MeshRef  *MeshReference          `json:"meshRef,omitempty"`
}

// VirtualServiceProvider is what answers. One field should be set, which the
// CRD does not check.
type VirtualServiceProvider struct {
	VirtualNode   *VirtualNodeProvider   `json:"virtualNode,omitempty"`
	VirtualRouter *VirtualRouterProvider `json:"virtualRouter,omitempty"`
}

// VirtualNodeProvider is a VirtualNode. If both Ref and ARN are set, the ARN
// wins.
type VirtualNodeProvider struct {
	VirtualNodeRef *Reference `json:"virtualNodeRef,omitempty"`
	VirtualNodeARN string     `json:"virtualNodeARN,omitempty"`
}

// VirtualRouterProvider is a VirtualRouter. If both Ref and ARN are set, the
// ARN wins.
type VirtualRouterProvider struct {
	VirtualRouterRef *Reference `json:"virtualRouterRef,omitempty"`
	VirtualRouterARN string     `json:"virtualRouterARN,omitempty"`
}

// VirtualServiceStatus is the status of a VirtualService.
type VirtualServiceStatus struct {
	CommonStatus `json:",inline"`

	VirtualServiceARN string `json:"virtualServiceARN,omitempty"`
}

// VirtualService is a host that workloads of the mesh can call.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type VirtualService struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   VirtualServiceSpec   `json:"spec,omitzero"`
	Status VirtualServiceStatus `json:"status,omitzero"`
}

// VirtualServiceList is a list of VirtualService.
// +kubebuilder:object:root=true
type VirtualServiceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []VirtualService `json:"items"`
}
