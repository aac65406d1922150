package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CheckRule changes the severity of checks or switches them off.
// +kubebuilder:validation:XValidation:rule="has(self.severity) != (has(self.disabled) && self.disabled)",message="exactly one of severity and disabled: true is required"
type CheckRule struct {
	// Name is a check's name (routing/unknownhost) or a pattern of names, in
	// which * stands for any characters (routing/*, */unknown*, *).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[a-z0-9*/-]+$`
	Name string `json:"name"`
	// Severity is the severity that the findings get.
	// +optional
	Severity Severity `json:"severity,omitempty"`
	// Disabled switches the checks off.
	// +optional
	Disabled bool `json:"disabled,omitempty"`
}

// NamespaceScope chooses namespaces: those of Include without those of Exclude.
type NamespaceScope struct {
	// Include are the namespaces that are audited. Default: all.
	// +kubebuilder:validation:XValidation:rule="has(self.selector) || (has(self.names) && size(self.names) > 0)",message="name or select a namespace, or leave include out to audit all"
	// +optional
	Include *NamespaceSet `json:"include,omitempty"`
	// Exclude are the namespaces that are not audited; an empty one ({})
	// excludes none. What they hold is still read where checks of other
	// namespaces need it. Default: kube-system, kube-public, kube-node-lease
	// and local-path-storage.
	// +optional
	Exclude *NamespaceSet `json:"exclude,omitempty"`
}

// NamespaceSet holds the namespaces that Names or Selector chooses.
type NamespaceSet struct {
	// Names are namespace names or patterns of names, in which * stands for any
	// characters.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9*-]+$`
	// +listType=atomic
	// +optional
	Names []string `json:"names,omitempty"`
	// Selector chooses namespaces by their labels: without it none, with an
	// empty one ({}) all.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// Sensitive says which namespaces, workloads and routes deserve a stricter eye:
// opinions about them are Medium, and some findings are Critical. A list given
// here replaces the default, so an empty one ([] or {}) stands for nothing.
type Sensitive struct {
	// Namespaces are names or patterns of names, in which * stands for any
	// characters. Everything in such a namespace is sensitive. Default: none.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9*-]+$`
	// +listType=atomic
	// +optional
	Namespaces []string `json:"namespaces,omitzero"`
	// NamespaceSelector chooses further namespaces by their labels. Default:
	// those labelled meshaudit.io/sensitive: "true".
	// +optional
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// Labels are the labels any of which makes a workload sensitive.
	// Default: meshaudit.io/sensitive: "true".
	// +kubebuilder:validation:MaxProperties=64
	// +optional
	Labels map[string]string `json:"labels,omitzero"`
	// Ports are the ports any of which makes what listens on it sensitive.
	// Default: 1433, 1521, 2379, 2380, 3306, 5432, 6379, 8200, 9042, 9092, 9200,
	// 11211 and 27017: databases, queues and stores.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=65535
	// +listType=atomic
	// +optional
	Ports []int32 `json:"ports,omitzero"`
	// Paths are the URL paths that make a route sensitive. /admin stands for
	// itself and all below it (/admin/users, not /administration).
	// Default: /actuator, /admin, /debug, /internal and /management.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=1024
	// +kubebuilder:validation:items:Pattern=`^/`
	// +listType=atomic
	// +optional
	Paths []string `json:"paths,omitzero"`
}
