package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VirtualGatewaySpec is the specification of a VirtualGateway.
type VirtualGatewaySpec struct {
	// AWSName is the name in AWS; empty means <name>_<namespace>.
	AWSName string `json:"awsName,omitempty"`
	// NamespaceSelector chooses the namespaces whose GatewayRoutes may attach
	// when they are created: missing chooses none, empty all.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// PodSelector chooses Pods of the own namespace when they are created:
	// missing chooses none, empty all.
	PodSelector *metav1.LabelSelector `json:"podSelector,omitempty"`
	// GatewayRouteSelector chooses among the GatewayRoutes of those namespaces:
	// missing and empty choose all.
	GatewayRouteSelector *metav1.LabelSelector `json:"gatewayRouteSelector,omitempty"`
	Listeners            []Listener            `json:"listeners,omitempty"`
	BackendDefaults      *BackendDefaults      `json:"backendDefaults,omitempty"`
	Logging              *Logging              `json:"logging,omitempty"`
	MeshRef              *MeshReference        `json:"meshRef,omitempty"`
}

// VirtualGatewayStatus is the status of a VirtualGateway.
type VirtualGatewayStatus struct {
	CommonStatus `json:",inline"`

	VirtualGatewayARN string `json:"virtualGatewayARN,omitempty"`
}

// VirtualGateway lets traffic from outside into the mesh.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type VirtualGateway struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   VirtualGatewaySpec   `json:"spec,omitzero"`
	Status VirtualGatewayStatus `json:"status,omitzero"`
}

// VirtualGatewayList is a list of VirtualGateway.
// +kubebuilder:object:root=true
type VirtualGatewayList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []VirtualGateway `json:"items"`
}
