package v1alpha1

// Exceptions bounds what the exceptions of a namespace may silence. Those in the
// operator's namespace are not bounded as to subjects of the cluster's report.
type Exceptions struct {
	// MaxSeverity is the highest severity that they may silence. Default:
	// Critical.
	// +optional
	MaxSeverity Severity `json:"maxSeverity,omitempty"`
	// Checks are the names of the checks that they may silence, in which * stands
	// for any characters; an empty list allows none. Default: all.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9*/]+$`
	// +listType=set
	// +optional
	Checks []string `json:"checks,omitzero"`
}

// Events says whether Kubernetes Events are written.
type Events struct {
	// Enabled writes an Event on an object when a finding of severity High or
	// Critical appears on it or goes. Default: true.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`
}

// Export says in which other forms findings are published.
type Export struct {
	// OpenReports writes a Report of openreports.io in each audited namespace, and
	// a ClusterReport, if their CRDs are installed. Default: false.
	// +optional
	OpenReports bool `json:"openReports,omitempty"`
}
