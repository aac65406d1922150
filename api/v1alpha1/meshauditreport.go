package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// MeshAuditReportStatus is what was found in one namespace.
type MeshAuditReportStatus struct {
	ReportStatus `json:",inline"`

	// Owner is the value of the namespace label that the policy's ownerLabel
	// names; empty when there is none.
	// +optional
	Owner string `json:"owner,omitempty"`
}

// MeshAuditReport says what is wrong with the objects of its namespace. Each
// audited namespace has one, named mesh-audit, empty or not. The operator
// writes it; a change made by hand is undone.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=mar,categories=meshaudit
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'mesh-audit'",message="a MeshAuditReport must be named mesh-audit"
// +kubebuilder:printcolumn:name=Critical,type=integer,JSONPath=`.status.summary.critical`
// +kubebuilder:printcolumn:name=High,type=integer,JSONPath=`.status.summary.high`
// +kubebuilder:printcolumn:name=Medium,type=integer,JSONPath=`.status.summary.medium`
// +kubebuilder:printcolumn:name=Low,type=integer,JSONPath=`.status.summary.low`
// +kubebuilder:printcolumn:name=Suppressed,type=integer,JSONPath=`.status.summary.suppressed`
// +kubebuilder:printcolumn:name=Complete,type=string,JSONPath=`.status.conditions[?(@.type=="Complete")].status`
// +kubebuilder:printcolumn:name=Changed,type=date,JSONPath=`.status.changed`,description="Time since the content last changed"
// +kubebuilder:printcolumn:name=Info,type=integer,JSONPath=`.status.summary.info`,priority=1
// +kubebuilder:printcolumn:name=NotEvaluated,type=integer,JSONPath=`.status.summary.notEvaluated`,priority=1,description="Checks that could not run, in whole or in part"
// +kubebuilder:printcolumn:name=Truncated,type=integer,JSONPath=`.status.truncated.count`,priority=1,description="Findings that are counted and not listed"
// +kubebuilder:printcolumn:name=Owner,type=string,JSONPath=`.status.owner`,priority=1
type MeshAuditReport struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Status is the report.
	// +optional
	Status MeshAuditReportStatus `json:"status,omitzero"`
}

// MeshAuditReportList is a list of MeshAuditReport.
// +kubebuilder:object:root=true
type MeshAuditReportList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []MeshAuditReport `json:"items"`
}
