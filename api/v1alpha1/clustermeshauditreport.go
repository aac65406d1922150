package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ClusterMeshAuditReportStatus is what was found about the mesh itself and
// about cluster-scoped objects, and how well the cluster could be read.
type ClusterMeshAuditReportStatus struct {
	ReportStatus `json:",inline"`

	// Totals counts everything that was found in the cluster: the findings of
	// every MeshAuditReport and of this report.
	Totals Summary `json:"totals"`
	// Sources is the state of every place that objects are read from.
	// +listType=map
	// +listMapKey=name
	// +optional
	Sources []SourceStatus `json:"sources,omitempty"`
	// Kinds is the state of every kind that checks read.
	// +listType=map
	// +listMapKey=kind
	// +optional
	Kinds []KindStatus `json:"kinds,omitempty"`
	// LastHeartbeat is moved once an hour by the operator's leader, even if
	// nothing else changes. One that is older tells of a dead operator.
	// +optional
	LastHeartbeat metav1.Time `json:"lastHeartbeat,omitzero"`
}

// ClusterMeshAuditReport says what is wrong with the mesh itself and with
// cluster-scoped objects, what was found in all, and how well the cluster could
// be read. There is one, named mesh-audit. The operator writes it; a change made
// by hand is undone.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cmar,categories=meshaudit
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'mesh-audit'",message="a ClusterMeshAuditReport must be named mesh-audit"
// +kubebuilder:printcolumn:name=Critical,type=integer,JSONPath=`.status.totals.critical`,description="In the whole cluster"
// +kubebuilder:printcolumn:name=High,type=integer,JSONPath=`.status.totals.high`,description="In the whole cluster"
// +kubebuilder:printcolumn:name=Medium,type=integer,JSONPath=`.status.totals.medium`,description="In the whole cluster"
// +kubebuilder:printcolumn:name=Low,type=integer,JSONPath=`.status.totals.low`,description="In the whole cluster"
// +kubebuilder:printcolumn:name=Suppressed,type=integer,JSONPath=`.status.totals.suppressed`,description="In the whole cluster"
// +kubebuilder:printcolumn:name=Complete,type=string,JSONPath=`.status.conditions[?(@.type=="Complete")].status`,description="Whether everything in the cluster could be evaluated"
// +kubebuilder:printcolumn:name=Changed,type=date,JSONPath=`.status.changed`,description="Time since the content last changed"
// +kubebuilder:printcolumn:name=Info,type=integer,JSONPath=`.status.totals.info`,priority=1,description="In the whole cluster"
// +kubebuilder:printcolumn:name=NotEvaluated,type=integer,JSONPath=`.status.totals.notEvaluated`,priority=1,description="Checks that could not run somewhere in the cluster, in whole or in part"
// +kubebuilder:printcolumn:name=Truncated,type=integer,JSONPath=`.status.truncated.count`,priority=1,description="Findings of this report that are counted and not listed"
// +kubebuilder:printcolumn:name=Heartbeat,type=date,JSONPath=`.status.lastHeartbeat`,priority=1,description="Time since the operator's last sign of life, at most an hour"
type ClusterMeshAuditReport struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// Status is the report.
	// +optional
	Status ClusterMeshAuditReportStatus `json:"status,omitzero"`
}

// ClusterMeshAuditReportList is a list of ClusterMeshAuditReport.
// +kubebuilder:object:root=true
type ClusterMeshAuditReportList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ClusterMeshAuditReport `json:"items"`
}
