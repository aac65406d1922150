package v1beta2

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// GatewayRouteSpec is the specification of a GatewayRoute. One of the three
// kinds of route is set.
type GatewayRouteSpec struct {
	// AWSName is the name in AWS; empty means <name>_<namespace>.
	AWSName string `json:"awsName,omitempty"`
	// Priority is 0 to 1000; the lowest number is tried first. Missing means
	// 1000.
	Priority          *int64                   `json:"priority,omitempty"`
	HTTPRoute         *HTTPGatewayRoute        `json:"httpRoute,omitempty"`
	HTTP2Route        *HTTPGatewayRoute        `json:"http2Route,omitempty"`
	GRPCRoute         *GRPCGatewayRoute        `json:"grpcRoute,omitempty"`
	VirtualGatewayRef *VirtualGatewayReference `json:"virtualGatewayRef,omitempty"`
	MeshRef           *MeshReference           `json:"meshRef,omitempty"`
}

// HTTPGatewayRoute is an HTTP or HTTP/2 route.
type HTTPGatewayRoute struct {
	Match  HTTPMatch          `json:"match,omitzero"`
	Action GatewayRouteAction `json:"action,omitzero"`
}

// GRPCGatewayRoute is a gRPC route.
type GRPCGatewayRoute struct {
	Match  GRPCMatch          `json:"match,omitzero"`
	Action GatewayRouteAction `json:"action,omitzero"`
}

// GatewayRouteAction is where a route leads, and as what.
type GatewayRouteAction struct {
	Target  GatewayRouteTarget   `json:"target,omitzero"`
	Rewrite *GatewayRouteRewrite `json:"rewrite,omitempty"`
}

// GatewayRouteTarget is where a route leads.
type GatewayRouteTarget struct {
	VirtualService GatewayRouteVirtualService `json:"virtualService,omitzero"`
	// Port is missing where the VirtualService's provider has one listener.
	Port *int64 `json:"port,omitempty"`
}

// GatewayRouteVirtualService is a VirtualService. If both Ref and ARN are set,
// the ARN wins.
type GatewayRouteVirtualService struct {
	VirtualServiceRef *Reference `json:"virtualServiceRef,omitempty"`
	VirtualServiceARN string     `json:"virtualServiceARN,omitempty"`
}

// GatewayRouteRewrite changes the request. Missing, the host becomes that of
// the target, and a matched prefix becomes /. A gRPC route has Hostname only.
type GatewayRouteRewrite struct {
	Hostname *HostnameRewrite `json:"hostname,omitempty"`
	Prefix   *PrefixRewrite   `json:"prefix,omitempty"`
	Path     *PathRewrite     `json:"path,omitempty"`
}

// HostnameRewrite changes the host.
type HostnameRewrite struct {
	// DefaultTargetHostname is ENABLED or DISABLED; empty means ENABLED.
	DefaultTargetHostname string `json:"defaultTargetHostname,omitempty"`
}

// PrefixRewrite changes the matched prefix.
type PrefixRewrite struct {
	// DefaultPrefix is ENABLED or DISABLED, and goes without a Value.
	DefaultPrefix string `json:"defaultPrefix,omitempty"`
	Value         string `json:"value,omitempty"`
}

// PathRewrite replaces the whole path.
type PathRewrite struct {
	Exact string `json:"exact,omitempty"`
}

// GatewayRouteStatus is the status of a GatewayRoute.
type GatewayRouteStatus struct {
	CommonStatus `json:",inline"`

	GatewayRouteARN string `json:"gatewayRouteARN,omitempty"`
}

// GatewayRoute sends requests from a VirtualGateway to a VirtualService.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=all
// +kubebuilder:pruning:PreserveUnknownFields
type GatewayRoute struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// +kubebuilder:pruning:PreserveUnknownFields
	Spec   GatewayRouteSpec   `json:"spec,omitzero"`
	Status GatewayRouteStatus `json:"status,omitzero"`
}

// GatewayRouteList is a list of GatewayRoute.
// +kubebuilder:object:root=true
type GatewayRouteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []GatewayRoute `json:"items"`
}
