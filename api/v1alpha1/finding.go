package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Severity says how bad a finding is.
// +kubebuilder:validation:Enum=Critical;High;Medium;Low;Info
type Severity string

// The severities, worst first.
const (
	// SeverityCritical means that traffic is failing now, or that a sensitive
	// workload is open to strangers now.
	SeverityCritical Severity = "Critical"
	// SeverityHigh means that the next restart, rollout, expiry or request of
	// a plausible kind breaks or exposes something, or that a security policy
	// does not do what it says.
	SeverityHigh Severity = "High"
	// SeverityMedium means that something configured has no effect, conflicts,
	// or weakens security without an immediate path to harm.
	SeverityMedium Severity = "Medium"
	// SeverityLow means fragile, deprecated or wasteful.
	SeverityLow Severity = "Low"
	// SeverityInfo is worth knowing and never alerts.
	SeverityInfo Severity = "Info"
)

// Finding is one thing that is wrong with one object.
type Finding struct {
	// ID is the fingerprint of check, subject, field (without list positions)
	// and key parameters. It stays the same for as long as the finding does;
	// of equal ones, each has a number of its own.
	// +kubebuilder:validation:MinLength=1
	ID string `json:"id"`
	// Check is the name of the check that found it, as category/problem.
	// +kubebuilder:validation:MinLength=1
	Check string `json:"check"`
	// Severity is the severity after profile and policy were applied.
	Severity Severity `json:"severity"`
	// Category is the part of Check before the slash.
	// +kubebuilder:validation:MinLength=1
	Category string `json:"category"`
	// Subject is the object at fault.
	Subject ObjectReference `json:"subject"`
	// Field is the path of the field at fault, such as
	// spec.http[0].route[0].destination.host; empty when the object as a whole
	// is at fault.
	// +optional
	Field string `json:"field,omitempty"`
	// Message says what is wrong. It names dates, never durations from now.
	// +kubebuilder:validation:MinLength=1
	Message string `json:"message"`
	// Fix says what to do about it.
	// +optional
	Fix string `json:"fix,omitempty"`
	// Related are other objects that take part, the first 10 of them.
	// +kubebuilder:validation:MaxItems=10
	// +listType=atomic
	// +optional
	Related []ObjectReference `json:"related,omitempty"`
	// RelatedCount is how many objects take part, those cut from Related
	// included.
	// +kubebuilder:validation:Minimum=0
	// +optional
	RelatedCount int32 `json:"relatedCount,omitempty"`
	// Equivalents are the codes that other tools give the same finding, such
	// as IST0101 (istioctl) or KIA1101 (Kiali).
	// +listType=atomic
	// +optional
	Equivalents []string `json:"equivalents,omitempty"`
	// FirstSeen is when the finding first appeared. It survives restarts of
	// the operator, and is forgotten when the finding goes.
	FirstSeen metav1.Time `json:"firstSeen"`
	// Stale is true while the check cannot run again, because something that
	// it reads is unreadable; the finding is then the last one known.
	// +optional
	Stale bool `json:"stale,omitempty"`
	// SuppressedBy names the MeshAuditException that silences the finding, as
	// namespace/name; empty for a finding that counts.
	// +optional
	SuppressedBy string `json:"suppressedBy,omitempty"`
}

// Resolved is a finding that was there.
type Resolved struct {
	// ID is that of the finding.
	// +kubebuilder:validation:MinLength=1
	ID string `json:"id"`
	// Check is the name of the check that found it, as category/problem.
	// +kubebuilder:validation:MinLength=1
	Check string `json:"check"`
	// Severity is the severity that it had.
	Severity Severity `json:"severity"`
	// Subject is the object that was at fault.
	Subject ObjectReference `json:"subject"`
	// Field is the path of the field that was at fault; empty when it was the
	// object as a whole.
	// +optional
	Field string `json:"field,omitempty"`
	// FirstSeen is when the finding appeared.
	FirstSeen metav1.Time `json:"firstSeen"`
	// ResolvedAt is when the report first lacked it.
	ResolvedAt metav1.Time `json:"resolvedAt"`
}

// ObjectReference names an object, which need not exist.
type ObjectReference struct {
	// APIVersion is the object's group and version, such as apps/v1.
	// +kubebuilder:validation:MinLength=1
	APIVersion string `json:"apiVersion"`
	// Kind is the object's kind.
	// +kubebuilder:validation:MinLength=1
	Kind string `json:"kind"`
	// Namespace is the object's namespace; empty for a cluster-scoped one.
	// +optional
	Namespace string `json:"namespace,omitempty"`
	// Name is the object's name.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
}
