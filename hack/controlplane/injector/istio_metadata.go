package injector

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"istio.io/api/annotation"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	statusPort = "15020"
	// podTemplateHash is the label that a Deployment's ReplicaSet has in its
	// name and gives to its pods.
	podTemplateHash = "pod-template-hash"
)

// injectionStatus is the value of the annotation sidecar.istio.io/status. Nil
// lists are written as null, as istiod writes them: with native sidecars
// containers is null.
type injectionStatus struct {
	InitContainers   []string `json:"initContainers"`
	Containers       []string `json:"containers"`
	Volumes          []string `json:"volumes"`
	ImagePullSecrets []string `json:"imagePullSecrets"`
	Revision         string   `json:"revision"`
}

// annotatePod sets the labels and annotations that sidecars and gateways have
// in common; added is what the injector brings along.
func annotatePod(pod *corev1.Pod, added corev1.PodSpec, revision string) error {
	status, err := json.Marshal(statusOf(added, revision))
	if err != nil {
		return fmt.Errorf("injection status: %w", err)
	}
	setDefault(&pod.Labels, label.ServiceCanonicalName.Name, canonicalName(pod))
	setDefault(&pod.Labels, label.ServiceCanonicalRevision.Name, canonicalRevision(pod))
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[annotation.SidecarStatus.Name] = string(status)
	pod.Annotations[annotation.IoIstioRev.Name] = revision
	mergePrometheus(pod)
	return nil
}

func statusOf(added corev1.PodSpec, revision string) injectionStatus {
	status := injectionStatus{
		InitContainers: names(added.InitContainers), Containers: names(added.Containers), Revision: revision,
	}
	for _, volume := range added.Volumes {
		status.Volumes = append(status.Volumes, volume.Name)
	}
	return status
}

func names(containers []corev1.Container) (list []string) {
	for _, c := range containers {
		list = append(list, c.Name)
	}
	return list
}

// mergePrometheus points scrapes at the agent, which merges the metrics of
// application and proxy; a pod can opt out of it or of scraping.
func mergePrometheus(pod *corev1.Pod) {
	const scrape, port, path = "prometheus.io/scrape", "prometheus.io/port", "prometheus.io/path"
	if pod.Annotations[annotation.PrometheusMergeMetrics.Name] == "false" || pod.Annotations[scrape] == "false" {
		return
	}
	pod.Annotations[scrape] = "true"
	pod.Annotations[port] = statusPort
	pod.Annotations[path] = "/stats/prometheus"
}

func canonicalName(pod *corev1.Pod) string {
	return cmp.Or(pod.Labels["app.kubernetes.io/name"], pod.Labels["app"], workloadName(pod))
}

func canonicalRevision(pod *corev1.Pod) string {
	return cmp.Or(pod.Labels["app.kubernetes.io/version"], pod.Labels["version"], "latest")
}

// workloadName is the Deployment's name where the owner is one of its
// ReplicaSets, otherwise the owner's or the pod's own.
func workloadName(pod *corev1.Pod) string {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return cmp.Or(pod.Name, strings.TrimSuffix(pod.GenerateName, "-"))
	}
	return strings.TrimSuffix(owner.Name, "-"+pod.Labels[podTemplateHash])
}

// setDefault sets what the pod does not set itself.
func setDefault(values *map[string]string, key, value string) {
	if *values == nil {
		*values = map[string]string{}
	}
	if (*values)[key] == "" {
		(*values)[key] = value
	}
}
