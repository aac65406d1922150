package mesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Restart is the advice by which a workload gets new Pods, as a sentence.
func Restart(ref inventory.Ref) string {
	resource := strings.ToLower(ref.Kind.Short()) + "/" + ref.Name + " -n " + ref.Namespace
	switch ref.Kind {
	case kinds.Deployments.Name, kinds.StatefulSets.Name, kinds.DaemonSets.Name:
		return "Restart the Pods: kubectl rollout restart " + resource + "."
	case kinds.Pods.Name:
		return "Delete the Pod and create it again: kubectl delete " + resource + "."
	case kinds.Jobs.Name, kinds.CronJobs.Name:
		return "Run the " + ref.Kind.Short() + " again."
	}
	return "Delete the Pods, so that " + ref.Kind.Short() + " " + ref.Name + " makes new ones."
}

// UseWaypoint are the commands that put a waypoint before a Service or
// ServiceEntry.
func UseWaypoint(ref inventory.Ref) string {
	return fmt.Sprintf("istioctl waypoint apply -n %s, then kubectl label %s/%s -n %s %s=waypoint", ref.Namespace,
		strings.ToLower(ref.Kind.Short()), ref.Name, ref.Namespace, label.IoIstioUseWaypoint.Name)
}

// LabelText writes labels as kubectl's -l takes them, sorted: app=web,tier=front.
func LabelText(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, kinds.LabelKey(k, labels[k]))
	}
	return strings.Join(parts, ",")
}

// mostListed bounds what a message enumerates.
const mostListed = 5

// List enumerates values in a message, the first few of them.
func List(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	if len(values) > mostListed {
		return strings.Join(values[:mostListed], ", ") + " and others"
	}
	return strings.Join(values, ", ")
}

// LabelField is the path of a label of an object itself.
func LabelField(key string) string { return "metadata.labels[" + key + "]" }
