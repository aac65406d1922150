package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of every kind of this package.
const GroupName = "meshaudit.io"

// The only names that objects of these kinds may have.
const (
	// ReportName is the name of every MeshAuditReport and of the one
	// ClusterMeshAuditReport.
	ReportName = "mesh-audit"
	// PolicyName is the name of the one MeshAuditPolicy.
	PolicyName = "default"
)

var (
	// GroupVersion is the group and version of this package.
	GroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}
	// SchemeBuilder collects the functions that fill a scheme.
	SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)
	// AddToScheme adds the kinds of this package to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&MeshAuditReport{}, &MeshAuditReportList{},
		&ClusterMeshAuditReport{}, &ClusterMeshAuditReportList{},
		&MeshAuditPolicy{}, &MeshAuditPolicyList{},
		&MeshAuditException{}, &MeshAuditExceptionList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
