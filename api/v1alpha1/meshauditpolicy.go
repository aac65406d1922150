package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ConditionAccepted is the condition of a policy: True when all of it is in
// force, False when Rejected names a part that is not.
const ConditionAccepted = "Accepted"

// Profile is a choice of checks.
// +kubebuilder:validation:Enum=Core;Recommended;Strict
type Profile string

// The profiles; each holds the checks of those before it.
const (
	// ProfileCore holds the checks whose findings are defects whatever the taste.
	ProfileCore Profile = "Core"
	// ProfileRecommended adds accepted good practice, and opinions as Info.
	ProfileRecommended Profile = "Recommended"
	// ProfileStrict adds the noisy hardening rules, and raises opinions to Medium.
	ProfileStrict Profile = "Strict"
)

// MeshAuditPolicySpec says what is audited and how. Every field is optional.
type MeshAuditPolicySpec struct {
	// Profile chooses the checks that run. Default: Recommended.
	// +optional
	Profile Profile `json:"profile,omitempty"`
	// Checks changes the severity of checks or switches them off. Where several
	// entries match a check, the last one counts. Default: none.
	// +kubebuilder:validation:MaxItems=256
	// +listType=atomic
	// +optional
	Checks []CheckRule `json:"checks,omitempty"`
	// Namespaces chooses the namespaces that are audited.
	// +optional
	Namespaces NamespaceScope `json:"namespaces,omitzero"`
	// Sensitive says what deserves a stricter eye.
	// +optional
	Sensitive Sensitive `json:"sensitive,omitzero"`
	// Thresholds are the numbers that checks compare with.
	// +optional
	Thresholds Thresholds `json:"thresholds,omitzero"`
	// Secrets says whether Secrets are read.
	// +optional
	Secrets Secrets `json:"secrets,omitzero"`
	// Mesh tells what the cluster does not.
	// +optional
	Mesh Mesh `json:"mesh,omitzero"`
	// OwnerLabel is the key of the namespace label whose value names the owning
	// team, in reports and metrics. Default: none, and no owner is named.
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`
	// +optional
	OwnerLabel string `json:"ownerLabel,omitempty"`
	// AppMesh concerns AWS App Mesh.
	// +optional
	AppMesh AppMesh `json:"appMesh,omitzero"`
	// Reports limits size and rate of the reports.
	// +optional
	Reports Reports `json:"reports,omitzero"`
	// Metrics limits and widens the metrics.
	// +optional
	Metrics Metrics `json:"metrics,omitzero"`
	// Exceptions bounds what the exceptions of a namespace may silence.
	// +optional
	Exceptions Exceptions `json:"exceptions,omitzero"`
	// Events says whether Kubernetes Events are written.
	// +optional
	Events Events `json:"events,omitzero"`
	// Export says in which other forms findings are published.
	// +optional
	Export Export `json:"export,omitzero"`
}

// MeshAuditPolicyStatus says how the operator understood the policy.
type MeshAuditPolicyStatus struct {
	// Conditions holds Accepted.
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Rejected names every entry that is not in force, and why. The rest is.
	// +listType=atomic
	// +optional
	Rejected []Rejection `json:"rejected,omitempty"`
	// UnmatchedPatterns are the names in spec.checks and spec.exceptions that match
	// no check.
	// +listType=atomic
	// +optional
	UnmatchedPatterns []string `json:"unmatchedPatterns,omitempty"`
}

// Rejection is an entry of a policy that is not in force.
type Rejection struct {
	// Field is the entry's path, such as spec.namespaces.include.selector.
	// +kubebuilder:validation:MinLength=1
	Field string `json:"field"`
	// Message says why the entry is not in force.
	// +kubebuilder:validation:MinLength=1
	Message string `json:"message"`
}

// MeshAuditPolicy says what the operator audits and how. There is one, named
// default. Without it, and for every field that it leaves out, the default
// holds that the field's comment names.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,categories=meshaudit
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'default'",message="the MeshAuditPolicy must be named default: there is one per cluster"
// +kubebuilder:printcolumn:name=Profile,type=string,JSONPath=`.spec.profile`,description="Empty means Recommended"
// +kubebuilder:printcolumn:name=Accepted,type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name=Age,type=date,JSONPath=`.metadata.creationTimestamp`
type MeshAuditPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec is what somebody decided.
	// +optional
	Spec MeshAuditPolicySpec `json:"spec,omitzero"`
	// Status is how the operator understood it.
	// +optional
	Status MeshAuditPolicyStatus `json:"status,omitzero"`
}

// MeshAuditPolicyList is a list of MeshAuditPolicy.
// +kubebuilder:object:root=true
type MeshAuditPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []MeshAuditPolicy `json:"items"`
}
