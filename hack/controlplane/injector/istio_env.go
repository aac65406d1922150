package injector

import (
	"fmt"
	"strings"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"
)

// proxyEnv is the environment of a sidecar: its identity, the pod's own proxy
// configuration and what the proxy reports of its workload.
func proxyEnv(pod *corev1.Pod, revision string) ([]corev1.EnvVar, error) {
	config, err := yaml.YAMLToJSON([]byte(valueOr(pod.Annotations, annotation.ProxyConfig.Name, "{}")))
	if err != nil {
		return nil, fmt.Errorf("annotation %s: %w", annotation.ProxyConfig.Name, err)
	}
	return append(identityEnv(pod, revision),
		corev1.EnvVar{Name: "PROXY_CONFIG", Value: string(config) + "\n"},
		corev1.EnvVar{Name: "ISTIO_META_APP_CONTAINERS", Value: strings.Join(names(pod.Spec.Containers), ",")},
		corev1.EnvVar{
			Name:  "ISTIO_META_INTERCEPTION_MODE",
			Value: valueOr(pod.Annotations, annotation.SidecarInterceptionMode.Name, "REDIRECT"),
		},
	), nil
}

func identityEnv(pod *corev1.Pod, revision string) []corev1.EnvVar {
	istiod := "istiod"
	if revision != defaultRevision {
		istiod += "-" + revision
	}
	return []corev1.EnvVar{
		{Name: "PILOT_CERT_PROVIDER", Value: "istiod"},
		{Name: "CA_ADDR", Value: istiod + ".istio-system.svc:15012"},
		fieldEnv("POD_NAME", "metadata.name"),
		fieldEnv("POD_NAMESPACE", "metadata.namespace"),
		fieldEnv("INSTANCE_IP", "status.podIP"),
		fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
		fieldEnv("HOST_IP", "status.hostIP"),
		{Name: "ISTIO_META_CLUSTER_ID", Value: "Kubernetes"},
		{Name: "ISTIO_META_WORKLOAD_NAME", Value: workloadName(pod)},
		{Name: "ISTIO_META_MESH_ID", Value: "cluster.local"},
		{Name: "TRUST_DOMAIN", Value: "cluster.local"},
	}
}

func fieldEnv(name, path string) corev1.EnvVar {
	from := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}
	return corev1.EnvVar{Name: name, ValueFrom: from}
}

func proxyMounts() []corev1.VolumeMount {
	return []corev1.VolumeMount{
		{Name: "workload-socket", MountPath: "/var/run/secrets/workload-spiffe-uds"},
		{Name: "credential-socket", MountPath: "/var/run/secrets/credential-uds"},
		{Name: "workload-certs", MountPath: "/var/run/secrets/workload-spiffe-credentials"},
		{Name: "istiod-ca-cert", MountPath: "/var/run/secrets/istio"},
		{Name: "istio-data", MountPath: "/var/lib/istio/data"},
		{Name: "istio-envoy", MountPath: "/etc/istio/proxy"},
		{Name: "istio-token", MountPath: "/var/run/secrets/tokens"},
		{Name: "istio-podinfo", MountPath: "/etc/istio/pod"},
	}
}

func proxyVolumes() []corev1.Volume {
	return []corev1.Volume{
		emptyDir("workload-socket", corev1.StorageMediumDefault),
		emptyDir("credential-socket", corev1.StorageMediumDefault),
		emptyDir("workload-certs", corev1.StorageMediumDefault),
		emptyDir("istio-envoy", corev1.StorageMediumMemory), emptyDir("istio-data", corev1.StorageMediumDefault),
		{Name: "istio-podinfo", VolumeSource: corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{
			Items: []corev1.DownwardAPIVolumeFile{fieldFile("labels"), fieldFile("annotations")},
		}}},
		tokenVolume(),
		{Name: "istiod-ca-cert", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "istio-ca-root-cert"},
		}}},
	}
}

func emptyDir(name string, medium corev1.StorageMedium) corev1.Volume {
	source := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: medium}}
	return corev1.Volume{Name: name, VolumeSource: source}
}

func fieldFile(name string) corev1.DownwardAPIVolumeFile {
	return corev1.DownwardAPIVolumeFile{Path: name, FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata." + name}}
}

func tokenVolume() corev1.Volume {
	return corev1.Volume{Name: "istio-token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
			Audience: "istio-ca", ExpirationSeconds: ptr.To[int64](43200), Path: "istio-token",
		}}},
	}}}
}
