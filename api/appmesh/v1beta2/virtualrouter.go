package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VirtualRouterSpec is the specification of a VirtualRouter.
type VirtualRouterSpec struct {
	// AWSName is the name in AWS; empty means <name>_<namespace>.
	AWSName   string                  `json:"awsName,omitempty"`
	Listeners []VirtualRouterListener `json:"listeners,omitempty"`
	Routes    []Route                 `json:"routes,omitempty"`
	MeshRef   *MeshReference          `json:"meshRef,omitempty"`
}

// VirtualRouterListener is where a VirtualRouter takes traffic.
type VirtualRouterListener struct {
	PortMapping PortMapping `json:"portMapping,omitzero"`
}

// Route sends requests to nodes. One of the four kinds of route should be set,
// which the CRD does not check.
type Route struct {
	Name string `json:"name,omitempty"`
	// Priority is 0 to 1000; the lowest number is tried first. Missing counts
	// as last.
	Priority   *int64     `json:"priority,omitempty"`
	HTTPRoute  *HTTPRoute `json:"httpRoute,omitempty"`
	HTTP2Route *HTTPRoute `json:"http2Route,omitempty"`
	GRPCRoute  *GRPCRoute `json:"grpcRoute,omitempty"`
	TCPRoute   *TCPRoute  `json:"tcpRoute,omitempty"`
}

// HTTPRoute is an HTTP or HTTP/2 route.
type HTTPRoute struct {
	Match       HTTPMatch    `json:"match,omitzero"`
	Action      RouteAction  `json:"action,omitzero"`
	RetryPolicy *RetryPolicy `json:"retryPolicy,omitempty"`
	Timeout     *Timeout     `json:"timeout,omitempty"`
}

// GRPCRoute is a gRPC route.
type GRPCRoute struct {
	Match       GRPCMatch    `json:"match,omitzero"`
	Action      RouteAction  `json:"action,omitzero"`
	RetryPolicy *RetryPolicy `json:"retryPolicy,omitempty"`
	Timeout     *Timeout     `json:"timeout,omitempty"`
}

// TCPRoute is a TCP route.
type TCPRoute struct {
	Match   TCPMatch    `json:"match,omitzero"`
	Action  RouteAction `json:"action,omitzero"`
	Timeout *Timeout    `json:"timeout,omitempty"`
}

// TCPMatch selects connections.
type TCPMatch struct {
	// Port is missing for any port of the router.
	Port *int64 `json:"port,omitempty"`
}

// RouteAction is where a route leads.
type RouteAction struct {
	WeightedTargets []WeightedTarget `json:"weightedTargets,omitempty"`
}

// WeightedTarget is a VirtualNode and its share. If both Ref and ARN are set,
// the ARN wins.
type WeightedTarget struct {
	VirtualNodeRef *Reference `json:"virtualNodeRef,omitempty"`
	VirtualNodeARN string     `json:"virtualNodeARN,omitempty"`
	// Weight is 0 to 100.
	Weight int64 `json:"weight,omitempty"`
	// Port is missing where the node has one listener.
	Port *int64 `json:"port,omitempty"`
}

// RetryPolicy says when and how often a request is tried again.
type RetryPolicy struct {
	HTTPRetryEvents []string `json:"httpRetryEvents,omitempty"`
	TCPRetryEvents  []string `json:"tcpRetryEvents,omitempty"`
	// GRPCRetryEvents exist on a gRPC route only.
	GRPCRetryEvents []string `json:"grpcRetryEvents,omitempty"`
	MaxRetries      int64    `json:"maxRetries,omitempty"`
	PerRetryTimeout Duration `json:"perRetryTimeout,omitzero"`
}

// VirtualRouterStatus is the status of a VirtualRouter.
type VirtualRouterStatus struct {
	CommonStatus `json:",inline"`

	VirtualRouterARN string `json:"virtualRouterARN,omitempty"`
	// RouteARNs holds the ARNs of the routes by the routes' names.
	RouteARNs map[string]string `json:"routeARNs,omitempty"`
}

// VirtualRouter sends the requests for a VirtualService to VirtualNodes.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type VirtualRouter struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   VirtualRouterSpec   `json:"spec,omitzero"`
	Status VirtualRouterStatus `json:"status,omitzero"`
}

// VirtualRouterList is a list of VirtualRouter.
// +kubebuilder:object:root=true
type VirtualRouterList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []VirtualRouter `json:"items"`
}
