package injector

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	envoyContainer     = "envoy"
	proxyInitContainer = "proxyinit"
	envoyImage         = "appmesh/aws-appmesh-envoy:v1.34.13.3-prod"
	proxyInitImage     = "appmesh/aws-appmesh-proxy-route-manager:v7-prod"
	appMeshInject      = "appmesh.k8s.aws/sidecarInjectorWebhook"
	awsRegion          = "us-west-2"
	awsAccount         = "000000000000"
	envoyAdminPort     = 9901
)

type appMeshInjector struct {
	reader client.Reader
}

// inject adds the Envoy of the pod's virtual node and the init container that
// redirects its traffic. The webhook's selectors have chosen the namespace.
func (a *appMeshInjector) inject(ctx context.Context, pod *corev1.Pod) error {
	nodes, err := a.virtualNodes(ctx, pod.Namespace)
	if err != nil {
		return err
	}
	return addEnvoy(pod, nodes)
}

func addEnvoy(pod *corev1.Pod, nodes []unstructured.Unstructured) error {
	hasEnvoy := slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == envoyContainer })
	if hasEnvoy || strings.EqualFold(pod.Annotations[appMeshInject], "disabled") {
		return nil
	}
	node, err := virtualNodeOf(pod, nodes)
	if err != nil {
		return err
	}
	init := proxyInit(pod)
	pod.Spec.Containers = append(pod.Spec.Containers, envoy(node))
	pod.Spec.InitContainers = append(pod.Spec.InitContainers, init)
	return nil
}

func envoy(node virtualNode) corev1.Container {
	return corev1.Container{
		Name:            envoyContainer,
		Image:           envoyImage,
		Env:             envoyEnv(node),
		Ports:           []corev1.ContainerPort{{Name: "stats", ContainerPort: envoyAdminPort, Protocol: corev1.ProtocolTCP}},
		Resources:       appMeshResources(),
		SecurityContext: &corev1.SecurityContext{RunAsUser: new(proxyUser)},
		Lifecycle:       &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: shell("sleep 20")}},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler: corev1.ProbeHandler{Exec: shell(fmt.Sprintf(
				"curl -s http://localhost:%d/server_info | grep state | grep -q LIVE", envoyAdminPort))},
			InitialDelaySeconds: 1,
			PeriodSeconds:       10,
			TimeoutSeconds:      1,
			SuccessThreshold:    1,
			FailureThreshold:    3,
		},
	}
}

func envoyEnv(node virtualNode) []corev1.EnvVar {
	resourceName := fmt.Sprintf("mesh/%s/virtualNode/%s", node.mesh, node.name)
	return []corev1.EnvVar{
		{Name: "APPMESH_RESOURCE_ARN", Value: fmt.Sprintf("arn:aws:appmesh:%s:%s:%s", awsRegion, awsAccount, resourceName)},
		{Name: "APPMESH_VIRTUAL_NODE_NAME", Value: resourceName},
		{Name: "APPMESH_PREVIEW", Value: "0"},
		{Name: "AWS_REGION", Value: awsRegion},
		{Name: "ENVOY_LOG_LEVEL", Value: "info"},
		{Name: "ENVOY_ADMIN_ACCESS_PORT", Value: strconv.Itoa(envoyAdminPort)},
		{Name: "ENVOY_ADMIN_ACCESS_LOG_FILE", Value: "/tmp/envoy_admin_access.log"},
		fieldEnv("APPMESH_PLATFORM_K8S_POD_UID", "metadata.uid"),
	}
}

func proxyInit(pod *corev1.Pod) corev1.Container {
	return corev1.Container{
		Name:  proxyInitContainer,
		Image: proxyInitImage,
		Env: []corev1.EnvVar{
			{Name: "APPMESH_START_ENABLED", Value: "1"},
			{Name: "APPMESH_IGNORE_UID", Value: strconv.FormatInt(proxyUser, 10)},
			{Name: "APPMESH_ENVOY_INGRESS_PORT", Value: "15000"},
			{Name: "APPMESH_ENVOY_EGRESS_PORT", Value: "15001"},
			{Name: "APPMESH_APP_PORTS", Value: applicationPorts(pod)},
			{Name: "APPMESH_EGRESS_IGNORED_IP", Value: "169.254.169.254"},
			{Name: "APPMESH_EGRESS_IGNORED_PORTS", Value: cmp.Or(pod.Annotations["appmesh.k8s.aws/egressIgnoredPorts"], "22")},
		},
		Resources:       appMeshResources(),
		SecurityContext: &corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_ADMIN"}}},
	}
}

func applicationPorts(pod *corev1.Pod) string {
	var ports []string
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			ports = append(ports, strconv.Itoa(int(p.ContainerPort)))
		}
	}
	return strings.Join(ports, ",")
}

func appMeshResources() corev1.ResourceRequirements {
	return corev1.ResourceRequirements{Requests: corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("10m"),
		corev1.ResourceMemory: resource.MustParse("32Mi"),
	}}
}

func shell(command string) *corev1.ExecAction {
	return &corev1.ExecAction{Command: []string{"sh", "-c", command}}
}
