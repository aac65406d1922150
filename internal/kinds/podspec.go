package kinds

import corev1 "k8s.io/api/core/v1"

// PodSpec is what checks see of a Pod's spec or of a controller's template.
type PodSpec struct {
	ServiceAccount  string // "default" if unset
	HostNetwork     bool
	RunAsUser       *int64
	RunAsNonRoot    *bool
	ReadinessGates  []string
	GracePeriod     *int64 // terminationGracePeriodSeconds
	PullSecrets     []string
	InitContainers  []Container
	Containers      []Container
	VolumeConfigMap []string // names of the ConfigMaps that are mounted
}

// Container is what checks see of a container.
type Container struct {
	Name, Image   string
	Args          []string
	Env           []corev1.EnvVar // values alone; references keep their name
	Ports         []Port
	Requests      corev1.ResourceList
	Limits        corev1.ResourceList
	RunAsUser     *int64
	RunAsNonRoot  *bool
	Capabilities  []corev1.Capability
	RestartAlways bool // of an init container: a native sidecar
	HasProbe      bool // any probe that the kubelet sends over the network
}

// Port is a container port.
type Port struct {
	Name     string
	Number   int32
	HostPort int32
	Protocol corev1.Protocol // TCP if unset
}

// AllContainers yields the init containers, then the others.
func (s *PodSpec) AllContainers(yield func(*Container) bool) {
	for _, list := range [][]Container{s.InitContainers, s.Containers} {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// Container finds a container, or init container, by name; nil if there is none.
func (s *PodSpec) Container(name string) *Container {
	for c := range s.AllContainers {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// EnvValue is the literal value of an environment variable, "" if it has none.
func (c *Container) EnvValue(name string) string {
	for i := range c.Env {
		if c.Env[i].Name == name {
			return c.Env[i].Value
		}
	}
	return ""
}

func newPodSpec(s *corev1.PodSpec) PodSpec {
	out := PodSpec{
		ServiceAccount: s.ServiceAccountName, HostNetwork: s.HostNetwork,
		GracePeriod: s.TerminationGracePeriodSeconds,
	}
	if out.ServiceAccount == "" {
		out.ServiceAccount = "default"
	}
	if sc := s.SecurityContext; sc != nil {
		out.RunAsUser, out.RunAsNonRoot = sc.RunAsUser, sc.RunAsNonRoot
	}
	for i := range s.ReadinessGates {
		out.ReadinessGates = append(out.ReadinessGates, string(s.ReadinessGates[i].ConditionType))
	}
	for i := range s.ImagePullSecrets {
		out.PullSecrets = append(out.PullSecrets, s.ImagePullSecrets[i].Name)
	}
	for i := range s.Volumes {
		if cm := s.Volumes[i].ConfigMap; cm != nil {
			out.VolumeConfigMap = append(out.VolumeConfigMap, cm.Name)
		}
	}
	out.InitContainers, out.Containers = newContainers(s.InitContainers), newContainers(s.Containers)
	return out
}

func newContainers(list []corev1.Container) []Container {
	if len(list) == 0 {
		return nil
	}
	out := make([]Container, len(list))
	for i := range list {
		out[i] = newContainer(&list[i])
	}
	return out
}

func newContainer(c *corev1.Container) Container {
	out := Container{
		Name: c.Name, Image: c.Image, Args: c.Args, Env: meshEnv(c),
		Requests: c.Resources.Requests, Limits: c.Resources.Limits,
		RestartAlways: c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways,
		HasProbe:      networkProbe(c.LivenessProbe) || networkProbe(c.ReadinessProbe) || networkProbe(c.StartupProbe),
	}
	if sc := c.SecurityContext; sc != nil {
		out.RunAsUser, out.RunAsNonRoot = sc.RunAsUser, sc.RunAsNonRoot
		if sc.Capabilities != nil {
			out.Capabilities = sc.Capabilities.Add
		}
	}
	for i := range c.Ports {
		p := &c.Ports[i]
		port := Port{Name: p.Name, Number: p.ContainerPort, HostPort: p.HostPort, Protocol: p.Protocol}
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		out.Ports = append(out.Ports, port)
	}
	return out
}

// proxies are the containers whose environment checks read; that of others is
// large, may hold secrets, and says nothing about the mesh.
var proxies = map[string]bool{"istio-proxy": true, "envoy": true, "proxyinit": true, "discovery": true}

func meshEnv(c *corev1.Container) []corev1.EnvVar {
	if !proxies[c.Name] && !meshedByEnv(c.Env) {
		return nil
	}
	out := make([]corev1.EnvVar, 0, len(c.Env))
	for i := range c.Env {
		out = append(out, corev1.EnvVar{Name: c.Env[i].Name, Value: c.Env[i].Value})
	}
	return out
}

// meshedByEnv tells an App Mesh proxy that does not bear the usual name.
func meshedByEnv(env []corev1.EnvVar) bool {
	for i := range env {
		if n := env[i].Name; n == "APPMESH_RESOURCE_ARN" || n == "APPMESH_VIRTUAL_NODE_NAME" {
			return true
		}
	}
	return false
}

func networkProbe(p *corev1.Probe) bool {
	return p != nil && (p.HTTPGet != nil || p.TCPSocket != nil || p.GRPC != nil)
}
