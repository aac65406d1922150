package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// NotEvaluatedReason says why a check could not run.
// +kubebuilder:validation:Enum=Off;Forbidden;NotSynced;Stale;SourceUnavailable;Undecodable;BudgetExceeded
type NotEvaluatedReason string

// The reasons.
const (
	// ReasonOff means that the policy does not allow reading a kind. It is a
	// choice: nothing is incomplete because of it.
	ReasonOff NotEvaluatedReason = "Off"
	// ReasonForbidden means that the operator has no right to list a kind.
	ReasonForbidden NotEvaluatedReason = "Forbidden"
	// ReasonNotSynced means that the first list of a kind is not there yet.
	ReasonNotSynced NotEvaluatedReason = "NotSynced"
	// ReasonStale means that no list or watch succeeded for 5 minutes.
	ReasonStale NotEvaluatedReason = "Stale"
	// ReasonSourceUnavailable means that another source than the Kubernetes
	// API did not answer. Nothing is incomplete because of one that the policy
	// does not require.
	ReasonSourceUnavailable NotEvaluatedReason = "SourceUnavailable"
	// ReasonUndecodable means that an object that the check needs could not be
	// decoded.
	ReasonUndecodable NotEvaluatedReason = "Undecodable"
	// ReasonBudgetExceeded means that the check would have read more objects
	// than any check may about one subject.
	ReasonBudgetExceeded NotEvaluatedReason = "BudgetExceeded"
)

// Availability says whether the objects of a kind are known.
// +kubebuilder:validation:Enum=Listed;NotInstalled;Off;Forbidden;NotSynced;Stale;SourceUnavailable
type Availability string

// The states of a kind. Of those that have a [NotEvaluatedReason] of the same
// name, that reason says what they mean.
const (
	// AvailabilityListed means that every object is known.
	AvailabilityListed Availability = "Listed"
	// AvailabilityNotInstalled means that the cluster has no such kind, so that
	// no object can exist.
	AvailabilityNotInstalled Availability = "NotInstalled"
	// AvailabilityOff means that the policy does not allow reading the kind.
	AvailabilityOff Availability = "Off"
	// AvailabilityForbidden means that listing the kind is forbidden.
	AvailabilityForbidden Availability = "Forbidden"
	// AvailabilityNotSynced means that the first list is not there yet.
	AvailabilityNotSynced Availability = "NotSynced"
	// AvailabilityStale means that what is known may be out of date.
	AvailabilityStale Availability = "Stale"
	// AvailabilitySourceUnavailable means that the kind's source did not answer.
	AvailabilitySourceUnavailable Availability = "SourceUnavailable"
)

// SourceState says how well a source can be read.
// +kubebuilder:validation:Enum=Up;Degraded;Down;Off
type SourceState string

// The states of a source.
const (
	// SourceUp means that every kind that should be readable is.
	SourceUp SourceState = "Up"
	// SourceDegraded means that some kind that should be readable is not.
	SourceDegraded SourceState = "Degraded"
	// SourceDown means that nothing can be read.
	SourceDown SourceState = "Down"
	// SourceOff means that the policy does not allow reading from it, or that one
	// that is not required has never answered.
	SourceOff SourceState = "Off"
)

// SourceReason says how a source outside the cluster answers.
// +kubebuilder:validation:Enum=Available;Throttled;Denied;Unreachable;Withdrawn;Unknown
type SourceReason string

// The ways in which a source answers.
const (
	// SourceAvailable means that it answers.
	SourceAvailable SourceReason = "Available"
	// SourceThrottled means that it asks to be asked less often.
	SourceThrottled SourceReason = "Throttled"
	// SourceDenied means that the credentials are missing, not valid, or lack a
	// right.
	SourceDenied SourceReason = "Denied"
	// SourceUnreachable means that there is no way to it, or that it fails.
	SourceUnreachable SourceReason = "Unreachable"
	// SourceWithdrawn means that it says of itself that it is gone.
	SourceWithdrawn SourceReason = "Withdrawn"
	// SourceUnknown means that what it answers makes no sense.
	SourceUnknown SourceReason = "Unknown"
)

// SourceStatus is the state of one place that objects are read from.
type SourceStatus struct {
	// Name is the source's name: "kubernetes" for the Kubernetes API, "appmesh",
	// "acm" and "sts" for those of AWS.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// State says how well the source can be read.
	State SourceState `json:"state"`
	// Reason says how a source outside the cluster answers; empty for the
	// Kubernetes API and for a source that nobody asks.
	// +optional
	Reason SourceReason `json:"reason,omitempty"`
	// Region is the region of a source in AWS.
	// +optional
	Region string `json:"region,omitempty"`
	// Message says what is wrong: also why a source outside the cluster that has
	// never answered is Off, and what one that is Up denies.
	// +optional
	Message string `json:"message,omitempty"`
	// LastSuccess is when a source outside the cluster that does not answer now
	// last did: what is known of it is as old as that.
	// +optional
	LastSuccess metav1.Time `json:"lastSuccess,omitzero"`
}

// KindStatus is the state of one kind.
type KindStatus struct {
	// Kind is Kind.group, or Kind in the core group.
	// +kubebuilder:validation:MinLength=1
	Kind string `json:"kind"`
	// Source is the name of the source that the kind is read from.
	// +optional
	Source string `json:"source,omitempty"`
	// State says whether the kind's objects are known.
	State Availability `json:"state"`
	// Message says what is wrong; empty for a kind that is Listed,
	// NotInstalled or Off.
	// +optional
	Message string `json:"message,omitempty"`
}
