package kinds

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SensitiveLabel is the label that marks namespaces and workloads as sensitive
// when its value is "true".
const SensitiveLabel = "meshaudit.io/sensitive"

// The defaults below are those that the API documents for MeshAuditPolicy. Each
// call makes a new value.

// DefaultSensitive is what counts as sensitive without a policy: what is marked
// so, the ports of databases, queues and stores that should not meet strangers,
// and paths that administer. The namespaces that an installation makes are left
// out, so that a fresh installation stays quiet.
func DefaultSensitive() *SensitiveSettings {
	marked := map[string]string{SensitiveLabel: "true"}
	return &SensitiveSettings{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: marked},
		Labels:            marked,
		Ports:             []int32{1433, 1521, 2379, 2380, 3306, 5432, 6379, 8200, 9042, 9092, 9200, 11211, 27017},
		Paths:             []string{"/actuator", "/admin", "/debug", "/internal", "/management"},
	}
}

// Day is what certificates are counted in.
const Day = 24 * time.Hour

// DefaultThresholds are the thresholds without a policy.
func DefaultThresholds() *ThresholdSettings {
	return &ThresholdSettings{GracePeriod: 5 * time.Minute, Services: 1000, Certificate: 30 * Day}
}

// DefaultMesh is what is taken of the mesh without a policy.
func DefaultMesh() *MeshConfiguration { return &MeshConfiguration{RootNamespace: "istio-system"} }

// DefaultAppMesh has the day on which AWS ended App Mesh's support.
func DefaultAppMesh() *AppMeshConfiguration {
	return &AppMeshConfiguration{EndOfSupport: time.Date(2026, time.September, 30, 0, 0, 0, 0, time.UTC)}
}
