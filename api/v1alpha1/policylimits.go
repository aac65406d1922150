package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Thresholds are the numbers that checks compare with.
type Thresholds struct {
	// CertificateDays is how many days before its expiry a certificate is
	// reported. Default: 30.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3650
	// +optional
	CertificateDays int32 `json:"certificateDays,omitempty"`
	// GracePeriod is how long a fault that often heals by itself, such as a
	// Pod that is not ready, must last before it is reported; 0s reports it at
	// once. At most 24h. Default: 5m.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) <= duration('24h')",message="must be at most 24h"
	// +optional
	GracePeriod *metav1.Duration `json:"gracePeriod,omitempty"`
	// Quotas are the AWS account's App Mesh quotas.
	// +optional
	Quotas Quotas `json:"quotas,omitzero"`
}

// Quotas are the App Mesh quotas of an AWS account that can be raised on
// request. The defaults are those of a new account.
type Quotas struct {
	// BackendsPerVirtualNode is quota L-8775AB18. Default: 50.
	// +kubebuilder:validation:Minimum=1
	// +optional
	BackendsPerVirtualNode int32 `json:"backendsPerVirtualNode,omitempty"`
	// EnvoysPerVirtualNode is quota L-606A910B. Default: 50.
	// +kubebuilder:validation:Minimum=1
	// +optional
	EnvoysPerVirtualNode int32 `json:"envoysPerVirtualNode,omitempty"`
	// EnvoysPerVirtualGateway is quota L-33E8F9C9. Default: 50.
	// +kubebuilder:validation:Minimum=1
	// +optional
	EnvoysPerVirtualGateway int32 `json:"envoysPerVirtualGateway,omitempty"`
	// GatewayRoutesPerVirtualGateway is quota L-F6F26D09. Default: 10.
	// +kubebuilder:validation:Minimum=1
	// +optional
	GatewayRoutesPerVirtualGateway int32 `json:"gatewayRoutesPerVirtualGateway,omitempty"`
	// MeshesPerAccount is quota L-AC861A39. Default: 15.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MeshesPerAccount int32 `json:"meshesPerAccount,omitempty"`
	// RoutesPerVirtualRouter is quota L-BB90B7FF. Default: 50.
	// +kubebuilder:validation:Minimum=1
	// +optional
	RoutesPerVirtualRouter int32 `json:"routesPerVirtualRouter,omitempty"`
	// VirtualGatewaysPerMesh is quota L-87E74146. Default: 3.
	// +kubebuilder:validation:Minimum=1
	// +optional
	VirtualGatewaysPerMesh int32 `json:"virtualGatewaysPerMesh,omitempty"`
	// VirtualNodesPerMesh is quota L-E043DFB4. Default: 200.
	// +kubebuilder:validation:Minimum=1
	// +optional
	VirtualNodesPerMesh int32 `json:"virtualNodesPerMesh,omitempty"`
	// VirtualRoutersPerMesh is quota L-50F6C35A. Default: 200.
	// +kubebuilder:validation:Minimum=1
	// +optional
	VirtualRoutersPerMesh int32 `json:"virtualRoutersPerMesh,omitempty"`
	// VirtualServicesPerMesh is quota L-DA7495A7. Default: 200.
	// +kubebuilder:validation:Minimum=1
	// +optional
	VirtualServicesPerMesh int32 `json:"virtualServicesPerMesh,omitempty"`
}

// Reports limits size and rate of the reports.
type Reports struct {
	// MaxSize is the largest size of a report in bytes of JSON, between 16Ki
	// and 1Mi; what does not fit is counted and not listed. Default: 256Ki.
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 16384 && self <= 1048576 : isQuantity(self) && !quantity(self).isLessThan(quantity('16Ki')) && !quantity(self).isGreaterThan(quantity('1Mi'))",message="must be between 16Ki and 1Mi"
	// +optional
	MaxSize *resource.Quantity `json:"maxSize,omitempty"`
	// QuietPeriod is how long a report's content must stand still before it is
	// written. At most 1m. Default: 200ms.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) <= duration('1m')",message="must be at most 1m"
	// +optional
	QuietPeriod *metav1.Duration `json:"quietPeriod,omitempty"`
	// MinWriteInterval is the time between two writes of one report. At most 1h.
	// Default: 2s.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) <= duration('1h')",message="must be at most 1h"
	// +optional
	MinWriteInterval *metav1.Duration `json:"minWriteInterval,omitempty"`
	// MaxWritesPerSecond is how many reports are written per second, all
	// together. Default: 50.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	// +optional
	MaxWritesPerSecond int32 `json:"maxWritesPerSecond,omitempty"`
}

// Metrics limits and widens the metrics.
type Metrics struct {
	// MaxSeries is how many series about findings one scrape returns at most;
	// what is dropped is counted. Default: 10000.
	// +kubebuilder:validation:Minimum=100
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	MaxSeries int32 `json:"maxSeries,omitempty"`
	// FindingInfo adds meshaudit_finding_info, one series per finding.
	// Default: false.
	// +optional
	FindingInfo bool `json:"findingInfo,omitempty"`
}
