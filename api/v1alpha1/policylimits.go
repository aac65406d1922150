package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Thresholds are the numbers that checks compare with.
type Thresholds struct {
	// GracePeriod is how long a fault that often heals by itself, such as a
	// Pod that is not ready, must last before it is reported; 0s reports it at
	// once. At most 24h. Default: 5m.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) <= duration('24h')",message="must be at most 24h"
	// +optional
	GracePeriod *metav1.Duration `json:"gracePeriod,omitempty"`
	// Services is from how many Services on it is reported that every sidecar
	// gets the configuration of the whole mesh. Default: 1000.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Services *int32 `json:"services,omitempty"`
	// CertificateDays is how many days before its end a certificate is
	// reported; in its last 7 the finding is Critical. At most 365. Default: 30.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=365
	// +optional
	CertificateDays *int32 `json:"certificateDays,omitempty"`
}

// Reports limits size and rate of the reports.
type Reports struct {
	// MaxSize is the largest size of a report in bytes of JSON, between 64Ki
	// and 1Mi; what does not fit is counted and not listed. Default: 256Ki.
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 65536 && self <= 1048576 : isQuantity(self) && !quantity(self).isLessThan(quantity('64Ki')) && !quantity(self).isGreaterThan(quantity('1Mi'))",message="must be between 64Ki and 1Mi"
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
