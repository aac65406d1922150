package v1beta2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// MeshReference is the Mesh that an object belongs to. The admission webhook
// sets it once, when the object is created.
type MeshReference struct {
	Name string    `json:"name,omitempty"`
	UID  types.UID `json:"uid,omitempty"`
}

// VirtualGatewayReference is the VirtualGateway that a GatewayRoute belongs to.
// The admission webhook sets it once, when the route is created.
type VirtualGatewayReference struct {
	// Namespace is empty for the GatewayRoute's own namespace.
	Namespace string    `json:"namespace,omitempty"`
	Name      string    `json:"name,omitempty"`
	UID       types.UID `json:"uid,omitempty"`
}

// Reference names a VirtualNode, VirtualService, VirtualRouter or BackendGroup;
// the field that holds it says which.
type Reference struct {
	// Namespace is empty for the referrer's own namespace.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// Condition is what AWS said at the last successful reconcile. Each kind has
// one type of condition: its own name followed by Active.
type Condition struct {
	Type               string                 `json:"type,omitempty"`
	Status             metav1.ConditionStatus `json:"status,omitempty"`
	LastTransitionTime *metav1.Time           `json:"lastTransitionTime,omitempty"`
	Reason             string                 `json:"reason,omitempty"`
	Message            string                 `json:"message,omitempty"`
}

// CommonStatus is what the statuses of all kinds but BackendGroup hold besides
// the object's ARN.
type CommonStatus struct {
	Conditions []Condition `json:"conditions,omitempty"`
	// ObservedGeneration is the generation of the last successful reconcile.
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
}

// Duration is a number of seconds or milliseconds.
type Duration struct {
	// Unit is s or ms.
	Unit  string `json:"unit,omitempty"`
	Value int64  `json:"value,omitempty"`
}

// Timeout holds the timeouts of one protocol.
type Timeout struct {
	// PerRequest limits a request; AWS default: 15 s. TCP has none.
	PerRequest *Duration `json:"perRequest,omitempty"`
	// Idle limits the time without traffic; AWS default: 300 s.
	Idle *Duration `json:"idle,omitempty"`
}

// Logging says where access logs go.
type Logging struct {
	AccessLog *AccessLog `json:"accessLog,omitempty"`
}

// AccessLog is a log of requests.
type AccessLog struct {
	File *FileAccessLog `json:"file,omitempty"`
}

// FileAccessLog is a log of requests in a file, such as /dev/stdout.
type FileAccessLog struct {
	Path   string         `json:"path,omitempty"`
	Format *LoggingFormat `json:"format,omitempty"`
}

// LoggingFormat is the format of a line of the log, as JSON or as text.
type LoggingFormat struct {
	JSON []KeyValue `json:"json,omitempty"`
	Text string     `json:"text,omitempty"`
}

// KeyValue is one field of a JSON log line, or one attribute of an AWS Cloud
// Map instance.
type KeyValue struct {
	Key   string `json:"key,omitempty"`
	Value string `json:"value,omitempty"`
}
