package load

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const appPort = 8080

// podSpec is what the application's owner writes, and the volume that the API
// server adds.
func (a *app) podSpec() corev1.PodSpec {
	mounts := []corev1.VolumeMount{
		{Name: "config", MountPath: "/etc/app"},
		{Name: "cache", MountPath: "/var/cache/app"},
		{Name: "kube-api-access", MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true},
	}
	return corev1.PodSpec{
		ServiceAccountName: "default",
		Containers: []corev1.Container{{
			Name: a.name, Image: "example/" + a.name + ":v1", Env: a.environment(),
			Ports:     []corev1.ContainerPort{{Name: "http", ContainerPort: appPort}},
			Resources: resources("250m", "512Mi"), VolumeMounts: mounts,
			ReadinessProbe: probeOf("/ready"), LivenessProbe: probeOf("/live"),
		}},
		Volumes: []corev1.Volume{
			{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: a.name},
			}}},
			{Name: "cache", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			projected("kube-api-access", "token", ""),
		},
	}
}

// environment has about as many variables as a usual application.
func (a *app) environment() []corev1.EnvVar {
	env := []corev1.EnvVar{fieldEnv("POD_NAME", "metadata.name"), fieldEnv("POD_IP", "status.podIP")}
	for i := range 14 {
		env = append(env, corev1.EnvVar{
			Name:  fmt.Sprintf("UPSTREAM_%d_URL", i),
			Value: fmt.Sprintf("http://svc-%d.%s.svc.cluster.local:80/api/v1", i, a.namespace),
		}, corev1.EnvVar{Name: fmt.Sprintf("UPSTREAM_%d_TIMEOUT", i), Value: fmt.Sprintf("%dms", 100+i)})
	}
	return env
}

func fieldEnv(name, path string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{FieldPath: path},
	}}
}

func probeOf(path string) *corev1.Probe {
	get := &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("http")}
	return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: get}, PeriodSeconds: 10}
}

func resources(cpu, memory string) corev1.ResourceRequirements {
	list := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
	}
	return corev1.ResourceRequirements{Requests: list, Limits: list}
}

// projected is a volume with a token of the service account.
func projected(name, path, audience string) corev1.Volume {
	token := &corev1.ServiceAccountTokenProjection{
		Path: path, Audience: audience, ExpirationSeconds: new(int64(43200)),
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		Sources: []corev1.VolumeProjection{{ServiceAccountToken: token}},
	}}}
}

// emptyDir is a volume that lives as long as its Pod.
func emptyDir(name string, medium corev1.StorageMedium) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: medium},
	}}
}
