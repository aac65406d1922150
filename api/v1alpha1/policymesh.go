package v1alpha1

// Secrets says whether Secrets are read.
type Secrets struct {
	// Read allows the operator to list and watch Secrets; it needs the right to
	// do so, too. Of their values it keeps what certificates say, and no key.
	// Default: false, and the checks that need Secrets are listed as not
	// evaluated with the reason Off.
	// +optional
	Read bool `json:"read,omitempty"`
}

// Mesh tells what the cluster does not.
type Mesh struct {
	// ConfigMaps are further ConfigMaps that hold a MeshConfig, each as
	// namespace/name. Default: none besides those named istio or istio-<revision>
	// in the root namespace.
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=317
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`
	// +listType=set
	// +optional
	ConfigMaps []string `json:"configMaps,omitempty"`
	// RemoteClusters says whether the mesh spans clusters that are not read.
	// If so, a host or workload that does not exist here may exist there, and
	// checks say less. Default: auto.
	// +optional
	RemoteClusters RemoteClusters `json:"remoteClusters,omitempty"`
	// RootNamespace is the mesh's root namespace. Default: what the MeshConfig
	// says, else istio-system.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +optional
	RootNamespace string `json:"rootNamespace,omitempty"`
}

// RemoteClusters says whether a mesh spans clusters that are not read. In YAML,
// true and false need quotes.
// +kubebuilder:validation:Enum="true";"auto";"false"
type RemoteClusters string

// The answers to whether there are remote clusters.
const (
	// RemoteClustersTrue means that there are.
	RemoteClustersTrue RemoteClusters = "true"
	// RemoteClustersAuto means that there are if the cluster shows a sign of it,
	// such as several networks in MeshNetworks.
	RemoteClustersAuto RemoteClusters = "auto"
	// RemoteClustersFalse means that there are none.
	RemoteClustersFalse RemoteClusters = "false"
)

// AppMesh concerns AWS App Mesh.
type AppMesh struct {
	// EndOfSupport is the day, as YYYY-MM-DD in UTC, after which AWS no longer
	// runs App Mesh. Default: 2026-09-30.
	// +kubebuilder:validation:Format=date
	// +kubebuilder:validation:MaxLength=10
	// +optional
	EndOfSupport string `json:"endOfSupport,omitempty"`
	// AWS says how App Mesh is read in AWS.
	// +optional
	AWS AWS `json:"aws,omitzero"`
}
