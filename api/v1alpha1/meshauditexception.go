package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ExceptionState says whether an exception silences anything.
// +kubebuilder:validation:Enum=Active;Unused;Expired
type ExceptionState string

// The states.
const (
	// ExceptionActive silences at least one finding.
	ExceptionActive ExceptionState = "Active"
	// ExceptionUnused silences nothing: no finding matches, or the policy does
	// not let the namespace silence those that do.
	ExceptionUnused ExceptionState = "Unused"
	// ExceptionExpired silences nothing any longer.
	ExceptionExpired ExceptionState = "Expired"
)

// MeshAuditExceptionSpec says which findings are known and accepted, and why.
// +kubebuilder:validation:XValidation:rule="has(self.expiresAt) || !self.checks.exists(c, c.matches('^[*/]+$'))",message="an exception for every check needs expiresAt"
type MeshAuditExceptionSpec struct {
	// Checks are names of checks, as category/problem, in which * stands for any
	// characters.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9*/]+$`
	// +listType=set
	Checks []string `json:"checks"`
	// Subjects are the objects whose findings are silenced. Default: all of this
	// namespace.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Subjects []ExceptionSubject `json:"subjects,omitempty"`
	// Reason says why the findings are accepted, for whoever reads them next.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:Pattern=`\S`
	Reason string `json:"reason"`
	// ExpiresAt is when the findings count again. Default: never.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
	// Owner is who answers for the exception, such as a team or an address.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Owner string `json:"owner,omitempty"`
}

// ExceptionSubject chooses objects; one must fit everything that is given.
// +kubebuilder:validation:MinProperties=1
type ExceptionSubject struct {
	// Kind is the kind of the objects, such as Deployment. Default: any.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Z][A-Za-z0-9]*$`
	// +optional
	Kind string `json:"kind,omitempty"`
	// Name is the name of the objects, in which * stands for any characters.
	// Default: any.
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9.:_*-]+$`
	// +optional
	Name string `json:"name,omitempty"`
	// LabelSelector chooses by the labels of the objects. Default: any.
	// +optional
	LabelSelector *metav1.LabelSelector `json:"labelSelector,omitempty"`
}

// MeshAuditExceptionStatus says what the exception does.
type MeshAuditExceptionStatus struct {
	// ObservedGeneration is the generation of the spec that the status is about.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// State says whether anything is silenced.
	// +optional
	State ExceptionState `json:"state,omitempty"`
	// Matched counts the findings that are silenced.
	// +kubebuilder:validation:Minimum=0
	Matched int32 `json:"matched"`
	// Refused counts the findings that match and are not silenced, because the
	// policy does not let a namespace's own exceptions do so.
	// +kubebuilder:validation:Minimum=0
	Refused int32 `json:"refused"`
	// LastMatch is when Matched last changed, to or from something: of an
	// exception that is Unused or Expired, when it last silenced a finding.
	// +optional
	LastMatch metav1.Time `json:"lastMatch,omitzero"`
	// Rejected names every entry that is not in force, and why. The rest is.
	// +listType=atomic
	// +optional
	Rejected []Rejection `json:"rejected,omitempty"`
	// UnmatchedPatterns are the names in spec.checks that match no check.
	// +listType=atomic
	// +optional
	UnmatchedPatterns []string `json:"unmatchedPatterns,omitempty"`
}

// MeshAuditException silences findings about objects of its namespace; one in
// the operator's namespace may name subjects of the cluster's report, too. What
// it silences stays in the report, marked, and counts in no severity and no
// alert.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=mae,categories=meshaudit
// +kubebuilder:printcolumn:name=State,type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name=Matched,type=integer,JSONPath=`.status.matched`
// +kubebuilder:printcolumn:name=Expires,type=string,JSONPath=`.spec.expiresAt`
// +kubebuilder:printcolumn:name=Owner,type=string,JSONPath=`.spec.owner`
// +kubebuilder:printcolumn:name=Refused,type=integer,JSONPath=`.status.refused`,priority=1,description="Findings that match and that the policy does not let the namespace silence"
// +kubebuilder:printcolumn:name=LastMatch,type=date,JSONPath=`.status.lastMatch`,priority=1
// +kubebuilder:printcolumn:name=Reason,type=string,JSONPath=`.spec.reason`,priority=1
type MeshAuditException struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Spec says what is accepted.
	Spec MeshAuditExceptionSpec `json:"spec"`
	// Status says what that does.
	// +optional
	Status MeshAuditExceptionStatus `json:"status,omitzero"`
}

// MeshAuditExceptionList is a list of MeshAuditException.
// +kubebuilder:object:root=true
type MeshAuditExceptionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []MeshAuditException `json:"items"`
}
