package kinds

import corev1 "k8s.io/api/core/v1"

// PodSpec is what checks see of a Pod's spec or of a controller's template.
type PodSpec struct {
	ServiceAccount  string // "default" if unset
	HostNetwork     bool
	RunAsUser       *int64
	RunAsGroup      *int64
	RunAsNonRoot    *bool
	ReadinessGates  []string
	GracePeriod     *int64 // terminationGracePeriodSeconds
	PullSecrets     []string
	NodeSelector    map[string]string
	NodeAffinity    bool // node affinity is required
	Amounts         bool // requests or limits are given for the Pod as a whole
	InitContainers  []Container
	Containers      []Container
	VolumeConfigMap []string // names of the ConfigMaps that are mounted

	containers *sharedContainers // see [PodSpec.shared]
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

func newPodSpec(s *corev1.PodSpec) *PodSpec {
	out := &PodSpec{
		ServiceAccount: s.ServiceAccountName, HostNetwork: s.HostNetwork,
		GracePeriod: s.TerminationGracePeriodSeconds, NodeSelector: s.NodeSelector,
		NodeAffinity: requiresNodes(s.Affinity),
		Amounts:      s.Resources != nil && len(s.Resources.Requests)+len(s.Resources.Limits) > 0,
	}
	if out.ServiceAccount == "" {
		out.ServiceAccount = "default"
	}
	if sc := s.SecurityContext; sc != nil {
		out.RunAsUser, out.RunAsGroup, out.RunAsNonRoot = sc.RunAsUser, sc.RunAsGroup, sc.RunAsNonRoot
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
	return out.shared()
}

func requiresNodes(a *corev1.Affinity) bool {
	return a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil
}
