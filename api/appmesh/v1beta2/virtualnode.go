package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VirtualNodeSpec is the specification of a VirtualNode.
type VirtualNodeSpec struct {
	// AWSName is the name in AWS; empty means <name>_<namespace>.
	AWSName string `json:"awsName,omitempty"`
	// PodSelector chooses Pods of the own namespace when they are created:
	// missing chooses none, empty all.
	PodSelector      *metav1.LabelSelector `json:"podSelector,omitempty"`
	Listeners        []Listener            `json:"listeners,omitempty"`
	ServiceDiscovery *ServiceDiscovery     `json:"serviceDiscovery,omitempty"`
	Backends         []Backend             `json:"backends,omitempty"`
	// BackendGroups name further backends, through BackendGroup objects.
	BackendGroups   []Reference      `json:"backendGroups,omitempty"`
	BackendDefaults *BackendDefaults `json:"backendDefaults,omitempty"`
	Logging         *Logging         `json:"logging,omitempty"`
	MeshRef         *MeshReference   `json:"meshRef,omitempty"`
}

// ServiceDiscovery says how proxies find the node's endpoints. One field is set.
type ServiceDiscovery struct {
	AWSCloudMap *AWSCloudMap  `json:"awsCloudMap,omitempty"`
	DNS         *DNSDiscovery `json:"dns,omitempty"`
}

// AWSCloudMap finds endpoints in AWS Cloud Map.
type AWSCloudMap struct {
	NamespaceName string     `json:"namespaceName,omitempty"`
	ServiceName   string     `json:"serviceName,omitempty"`
	Attributes    []KeyValue `json:"attributes,omitempty"`
}

// The response types of DNS discovery.
const (
	// ResponseTypeLoadBalancer makes one logical endpoint of all addresses.
	ResponseTypeLoadBalancer = "LOADBALANCER"
	// ResponseTypeEndpoints makes each address an endpoint.
	ResponseTypeEndpoints = "ENDPOINTS"
)

// DNSDiscovery finds endpoints in DNS.
type DNSDiscovery struct {
	Hostname string `json:"hostname,omitempty"`
	// ResponseType is one of the ResponseType constants; empty means
	// LOADBALANCER.
	ResponseType string `json:"responseType,omitempty"`
}

// Backend is something that the node calls.
type Backend struct {
	VirtualService VirtualServiceBackend `json:"virtualService,omitzero"`
}

// VirtualServiceBackend is a VirtualService that the node calls. If both Ref
// and ARN are set, the ARN wins.
type VirtualServiceBackend struct {
	VirtualServiceRef *Reference `json:"virtualServiceRef,omitempty"`
	VirtualServiceARN string     `json:"virtualServiceARN,omitempty"`
	// ClientPolicy replaces the one of BackendDefaults as a whole.
	ClientPolicy *ClientPolicy `json:"clientPolicy,omitempty"`
}

// VirtualNodeStatus is the status of a VirtualNode.
type VirtualNodeStatus struct {
	CommonStatus `json:",inline"`

	VirtualNodeARN string `json:"virtualNodeARN,omitempty"`
}

// VirtualNode is a workload of the mesh.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type VirtualNode struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   VirtualNodeSpec   `json:"spec,omitzero"`
	Status VirtualNodeStatus `json:"status,omitzero"`
}

// VirtualNodeList is a list of VirtualNode.
// +kubebuilder:object:root=true
type VirtualNodeList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []VirtualNode `json:"items"`
}
