package kinds

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Settings of the policy that checks read. Each concern is an object of its
// own in the inventory, so that a change wakes only those that read it. Values
// are shared and read-only.
type (
	// SensitiveSettings say what deserves a stricter eye. It is enough to match
	// one of them.
	SensitiveSettings struct {
		// Namespaces are names or patterns, in which * stands for any characters.
		Namespaces []string
		// NamespaceSelector chooses namespaces by labels; nil chooses none.
		NamespaceSelector *metav1.LabelSelector
		// Labels are those any of which makes a workload sensitive.
		Labels map[string]string
		// Ports are those any of which makes what listens on it sensitive.
		Ports []int32
		// Paths make a route sensitive: each stands for itself and all below it.
		Paths []string
	}
	// ThresholdSettings are the numbers that checks compare with.
	ThresholdSettings struct {
		// GracePeriod is how long a fault that often heals by itself must last.
		GracePeriod time.Duration
		// Services is from how many of them on it matters that every sidecar
		// gets the whole mesh.
		Services int
		// Certificate is how long before its end a certificate is told of.
		Certificate time.Duration
	}
	// MeshConfiguration tells what the cluster does not.
	MeshConfiguration struct {
		// RootNamespace is where the mesh's ConfigMaps are. The MeshConfig may
		// name another root, which counts unless RootGiven.
		RootNamespace string
		// RootGiven: the policy names the root namespace.
		RootGiven bool
		// RemoteClusters: the mesh spans clusters that are not read; nil means
		// that it does if the cluster shows a sign of it.
		RemoteClusters *bool
		// ConfigMaps are further ones with a MeshConfig, as [NamespacedName].
		ConfigMaps []string
		// ChartGateways: the gateways of Istio's own charts run, although
		// nothing in the inventory shows them. It is so where files are audited.
		ChartGateways bool
	}
	// AppMeshConfiguration concerns App Mesh.
	AppMeshConfiguration struct {
		// EndOfSupport is the first moment of the day on which AWS ends it.
		EndOfSupport time.Time
		// Exclusive: nobody but this cluster makes anything in its meshes in AWS.
		Exclusive bool
	}
)

// settingsInfo is the kind whose objects the policy controller puts.
// They are no subjects.
var settingsInfo = inventory.NewKind(&inventory.KindInfo{
	Kind: "Settings.meshaudit.io", Equal: equal,
	Subjects: func(*inventory.Object) []inventory.Ref { return nil },
})

// SettingsKind is the internal kind of the policy's settings.
var SettingsKind = add(Row{
	KindInfo: settingsInfo, Plural: "settings", Versions: []string{"v1alpha1"}, Internal: true,
}).Kind

// Names of the settings objects.
const (
	sensitiveName  = "sensitive"
	thresholdsName = "thresholds"
	meshName       = "mesh"
	appMeshName    = "appmesh"
)

// Sensitive reads what deserves a stricter eye.
func Sensitive(r inventory.Reader) *SensitiveSettings {
	return setting(r, sensitiveName, DefaultSensitive)
}

// Thresholds reads the numbers that checks compare with.
func Thresholds(r inventory.Reader) *ThresholdSettings {
	return setting(r, thresholdsName, DefaultThresholds)
}

// MeshSettings reads what the policy tells of the mesh.
func MeshSettings(r inventory.Reader) *MeshConfiguration {
	return setting(r, meshName, DefaultMesh)
}

// AppMeshSettings reads what the policy says of App Mesh.
func AppMeshSettings(r inventory.Reader) *AppMeshConfiguration {
	return setting(r, appMeshName, DefaultAppMesh)
}

func setting[T any](r inventory.Reader, name string, otherwise func() *T) *T {
	key := settingsInfo.RefKey(inventory.Ref{Kind: SettingsKind, Name: name})
	for v := range each[T](r, settingsInfo.Ref, key) {
		return v
	}
	return otherwise()
}

func settingsObject(name string, value any) *inventory.Object {
	return &inventory.Object{Ref: inventory.Ref{Kind: SettingsKind, Name: name}, Value: value}
}

// Object is the settings as an object of the inventory.
func (s *SensitiveSettings) Object() *inventory.Object { return settingsObject(sensitiveName, s) }

// Object is the settings as an object of the inventory.
func (s *ThresholdSettings) Object() *inventory.Object { return settingsObject(thresholdsName, s) }

// Object is the settings as an object of the inventory.
func (s *MeshConfiguration) Object() *inventory.Object { return settingsObject(meshName, s) }

// Object is the settings as an object of the inventory.
func (s *AppMeshConfiguration) Object() *inventory.Object { return settingsObject(appMeshName, s) }
