package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The conditions of a report.
const (
	// ConditionAudited is True once every kind that can be read was read and
	// every check has run on it.
	ConditionAudited = "Audited"
	// ConditionComplete is False while NotEvaluated holds an entry with another
	// reason than Off, save for SourceUnavailable of a source that the policy
	// does not require. In the cluster report it speaks for the whole cluster.
	ConditionComplete = "Complete"
	// ConditionTruncated is True when findings were cut to keep the report
	// below the size that the policy allows.
	ConditionTruncated = "Truncated"
)

// The conditions of the cluster report that tell of a source in AWS, unless it
// is Off: True while it answers; the reason is a [SourceReason].
const (
	ConditionAppMeshAvailable = "AppMeshAvailable"
	ConditionACMAvailable     = "ACMAvailable"
	ConditionSTSAvailable     = "STSAvailable"
)

// ReportStatus is what both kinds of report hold.
type ReportStatus struct {
	// Changed is when the content last changed. Times are no content, so it
	// stands still in a steady cluster.
	// +optional
	Changed metav1.Time `json:"changed,omitzero"`
	// Summary counts the findings, those cut from Findings included.
	Summary Summary `json:"summary"`
	// Findings are sorted by severity, check and subject. The least severe are
	// cut first when a report grows too large; see Truncated.
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// NotEvaluated lists the checks that could not run, in whole or in part:
	// about them, no finding does not mean no problem.
	// +listType=atomic
	// +optional
	NotEvaluated []NotEvaluated `json:"notEvaluated,omitempty"`
	// Truncated says which findings are not in the list.
	Truncated Truncated `json:"truncated"`
	// Resolved are the last findings that went because nothing is wrong any
	// longer, or their subject is gone; the newest first.
	// +kubebuilder:validation:MaxItems=20
	// +listType=atomic
	// +optional
	Resolved []Resolved `json:"resolved,omitempty"`
	// Conditions are Audited, Complete and Truncated; in the cluster report also
	// AppMeshAvailable, ACMAvailable and STSAvailable where those are read.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Summary counts findings.
type Summary struct {
	// Critical counts the findings of this severity that nothing suppresses.
	// +kubebuilder:validation:Minimum=0
	Critical int32 `json:"critical"`
	// High counts the findings of this severity that nothing suppresses.
	// +kubebuilder:validation:Minimum=0
	High int32 `json:"high"`
	// Medium counts the findings of this severity that nothing suppresses.
	// +kubebuilder:validation:Minimum=0
	Medium int32 `json:"medium"`
	// Low counts the findings of this severity that nothing suppresses.
	// +kubebuilder:validation:Minimum=0
	Low int32 `json:"low"`
	// Info counts the findings of this severity that nothing suppresses.
	// +kubebuilder:validation:Minimum=0
	Info int32 `json:"info"`
	// Suppressed counts the findings of any severity that something suppresses.
	// +kubebuilder:validation:Minimum=0
	Suppressed int32 `json:"suppressed"`
	// NotEvaluated counts the checks that could not run, in whole or in part,
	// those that are Off included.
	// +kubebuilder:validation:Minimum=0
	NotEvaluated int32 `json:"notEvaluated"`
}

// NotEvaluated is a check that could not run on at least one subject.
type NotEvaluated struct {
	// Check is the check's name, as category/problem.
	// +kubebuilder:validation:MinLength=1
	Check string `json:"check"`
	// Reason says why it could not run.
	Reason NotEvaluatedReason `json:"reason"`
	// Kinds are what the check could not read, each as Kind.group, or as Kind
	// in the core group.
	// +listType=atomic
	// +optional
	Kinds []string `json:"kinds,omitempty"`
}

// Truncated says how many findings a report does not show.
type Truncated struct {
	// Count is how many findings were cut.
	// +kubebuilder:validation:Minimum=0
	Count int32 `json:"count"`
	// ByCheck counts what was cut by the check's name.
	// +optional
	ByCheck map[string]int32 `json:"byCheck,omitempty"`
}
