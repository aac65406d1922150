package injector

import (
	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

const proxyUser int64 = 1337

// native tells whether the sidecar is an init container that keeps running,
// which is the rule unless the pod asks for the older form.
func native(pod *corev1.Pod) bool {
	return pod.Annotations[annotation.SidecarNativeSidecar.Name] != "false"
}

// asNative makes a sidecar that starts before the application, which waits
// for the startup probe, and is drained after it.
func asNative(proxy corev1.Container) corev1.Container {
	proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	proxy.StartupProbe = readyProbe(1, 600)
	proxy.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{
		Command: []string{"pilot-agent", "request", "--debug-port=" + statusPort, "POST", "drain"},
	}}}
	return proxy
}

// redirectContainer sets the traffic redirection up, for which it needs the
// capabilities NET_ADMIN and NET_RAW.
func redirectContainer(pod *corev1.Pod, image string) corev1.Container {
	return corev1.Container{
		Name:  initContainer,
		Image: image,
		Args:  redirectArgs(pod.Annotations),
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false),
			Privileged:               new(false),
			Capabilities: &corev1.Capabilities{
				Add: []corev1.Capability{"NET_ADMIN", "NET_RAW"}, Drop: []corev1.Capability{"ALL"},
			},
			ReadOnlyRootFilesystem: new(false),
			RunAsGroup:             ptr.To[int64](0),
			RunAsUser:              ptr.To[int64](0),
			RunAsNonRoot:           new(false),
		},
	}
}

func redirectArgs(annotations map[string]string) []string {
	excluded := "15090,15021," + statusPort
	if own := annotations[annotation.SidecarTrafficExcludeInboundPorts.Name]; own != "" {
		excluded += "," + own
	}
	args := []string{
		"istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337",
		"-m", valueOr(annotations, annotation.SidecarInterceptionMode.Name, "REDIRECT"),
		"-i", valueOr(annotations, annotation.SidecarTrafficIncludeOutboundIPRanges.Name, "*"),
		"-x", valueOr(annotations, annotation.SidecarTrafficExcludeOutboundIPRanges.Name, ""),
		"-b", valueOr(annotations, annotation.SidecarTrafficIncludeInboundPorts.Name, "*"),
		"-d", excluded,
	}
	if ports, ok := annotations[annotation.SidecarTrafficIncludeOutboundPorts.Name]; ok {
		args = append(args, "-q", ports)
	}
	if ports, ok := annotations[annotation.SidecarTrafficExcludeOutboundPorts.Name]; ok {
		args = append(args, "-o", ports)
	}
	return append(args, "--log_output_level=default:info")
}

func valueOr(values map[string]string, key, fallback string) string {
	if value, ok := values[key]; ok {
		return value
	}
	return fallback
}

func sidecarContainer(pod *corev1.Pod, image, revision string) (corev1.Container, error) {
	resources, err := proxyResources(pod.Annotations)
	if err != nil {
		return corev1.Container{}, err
	}
	env, err := proxyEnv(pod, revision)
	if err != nil {
		return corev1.Container{}, err
	}
	proxy := proxyBase(image, "sidecar")
	proxy.Env, proxy.Resources = env, resources
	proxy.SecurityContext = &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false),
		Privileged:               new(false),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		ReadOnlyRootFilesystem:   new(true),
		RunAsGroup:               new(proxyUser),
		RunAsUser:                new(proxyUser),
		RunAsNonRoot:             new(true),
	}
	return proxy, nil
}

func gatewayContainer(pod *corev1.Pod, image, revision string) corev1.Container {
	proxy := proxyBase(image, "router")
	proxy.Env = identityEnv(pod, revision)
	return proxy
}

// proxyBase is what the proxies of sidecars and gateways have in common.
func proxyBase(image, role string) corev1.Container {
	return corev1.Container{
		Name:  proxyContainer,
		Image: image,
		Args: []string{
			"proxy", role, "--domain", "$(POD_NAMESPACE).svc.cluster.local",
			"--proxyLogLevel=warning", "--proxyComponentLogLevel=misc:error", "--log_output_level=default:info",
		},
		Ports:          []corev1.ContainerPort{{Name: "http-envoy-prom", ContainerPort: 15090, Protocol: corev1.ProtocolTCP}},
		ReadinessProbe: readyProbe(15, 4),
		VolumeMounts:   proxyMounts(),
	}
}

func readyProbe(period, failures int32) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler: corev1.ProbeHandler{
			HTTPGet: &corev1.HTTPGetAction{Path: "/healthz/ready", Port: intstr.FromInt32(15021)},
		},
		PeriodSeconds:    period,
		TimeoutSeconds:   3,
		FailureThreshold: failures,
	}
}
