package load

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const proxyImage = "example/proxyv2:1.31.0"

// injectIstio does to a Pod what Istio's injector does: every second
// application gets a native sidecar, the others a plain one.
func (a *app) injectIstio(p *corev1.Pod) {
	init := corev1.Container{
		Name: "istio-init", Image: proxyImage, Resources: resources("100m", "128Mi"),
		Args: []string{
			"istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*",
		},
		SecurityContext: &corev1.SecurityContext{
			Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_ADMIN", "NET_RAW"}},
			RunAsUser:    new(int64(0)),
		},
	}
	proxy := a.proxy()
	p.Spec.InitContainers = []corev1.Container{init}
	if a.number%2 == 0 {
		proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		p.Spec.InitContainers = append(p.Spec.InitContainers, proxy)
	} else {
		p.Spec.Containers = append(p.Spec.Containers, proxy)
	}
	p.Spec.Volumes = append(p.Spec.Volumes,
		emptyDir("workload-socket", ""), emptyDir("istio-data", ""), emptyDir("istio-envoy", corev1.StorageMediumMemory),
		projected("istio-token", "istio-token", "istio-ca"))
	p.Labels["security.istio.io/tlsMode"] = "istio"
	p.Labels["service.istio.io/canonical-name"] = a.name
	p.Labels["service.istio.io/canonical-revision"] = "v1"
	p.Annotations = map[string]string{
		"istio.io/rev": "default",
		"kubectl.kubernetes.io/default-container": a.name,
		"prometheus.io/path":                      "/stats/prometheus",
		"prometheus.io/port":                      "15020",
		"prometheus.io/scrape":                    "true",
		"sidecar.istio.io/status": `{"initContainers":["istio-init"],"containers":["istio-proxy"],` +
			`"volumes":["workload-socket","istio-envoy","istio-data","istio-token"],` +
			`"imagePullSecrets":null,"revision":"default"}`,
	}
}

func (a *app) proxy() corev1.Container {
	c := corev1.Container{
		Name: "istio-proxy", Image: proxyImage,
		Args: []string{
			"proxy", "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local",
			"--proxyLogLevel=warning", "--proxyComponentLogLevel=misc:error", "--log_output_level=default:info",
		},
		Ports: []corev1.ContainerPort{{Name: "http-envoy-prom", ContainerPort: 15090}},
		Env: []corev1.EnvVar{
			fieldEnv("POD_NAME", "metadata.name"), fieldEnv("POD_NAMESPACE", "metadata.namespace"),
			fieldEnv("INSTANCE_IP", "status.podIP"), fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
			{Name: "PILOT_CERT_PROVIDER", Value: "istiod"},
			{Name: "CA_ADDR", Value: "istiod.istio-system.svc:15012"},
			{Name: "ISTIO_META_WORKLOAD_NAME", Value: a.name},
			{Name: "TRUST_DOMAIN", Value: "cluster.local"},
			{Name: "ISTIO_META_APP_CONTAINERS", Value: a.name},
			{Name: "ISTIO_META_MESH_ID", Value: "cluster.local"},
			{Name: "ISTIO_META_OWNER", Value: "kubernetes://apis/apps/v1/namespaces/" + a.namespace + "/deployments/" + a.name},
			{Name: "ISTIO_META_POD_PORTS", Value: fmt.Sprintf(`[{"name":"http","containerPort":%d}]`, appPort)},
		},
		Resources: resources("100m", "128Mi"),
		ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
			Path: "/healthz/ready", Port: intstr.FromInt32(15021),
		}}},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "workload-socket", MountPath: "/var/run/secrets/workload-spiffe-uds"},
			{Name: "istio-data", MountPath: "/var/lib/istio/data"},
			{Name: "istio-envoy", MountPath: "/etc/istio/proxy"},
			{Name: "istio-token", MountPath: "/var/run/secrets/tokens"},
		},
	}
	if a.mistake == noRequests {
		c.Resources = corev1.ResourceRequirements{}
	}
	return c
}

// injectAppMesh does to a Pod what App Mesh's injector does.
func (a *app) injectAppMesh(p *corev1.Pod) {
	p.Spec.InitContainers = []corev1.Container{{
		Name: "proxyinit", Image: "example/aws-appmesh-proxy-route-manager:v7-prod", Resources: resources("10m", "32Mi"),
		Env: []corev1.EnvVar{{Name: "APPMESH_APP_PORTS", Value: fmt.Sprint(appPort)}},
	}}
	p.Spec.Containers = append(p.Spec.Containers, corev1.Container{
		Name: "envoy", Image: "example/aws-appmesh-envoy:v1.34.13.3-prod", Resources: resources("10m", "32Mi"),
		Env: []corev1.EnvVar{
			{Name: "APPMESH_RESOURCE_ARN", Value: fmt.Sprintf("mesh/%s/virtualNode/%s_%s", appMeshName, a.name, a.namespace)},
			{Name: "AWS_REGION", Value: "eu-west-1"},
			{Name: "ENVOY_LOG_LEVEL", Value: "info"},
		},
	})
}
