package mesh

import (
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PodField is the path, in the manifest of a workload, of a field of its Pods:
// of a Deployment, metadata.labels is spec.template.metadata.labels.
func PodField(workload inventory.Kind, field string) string {
	switch workload {
	case kinds.Pods.Name:
		return field
	case kinds.CronJobs.Name:
		return "spec.jobTemplate.spec.template." + field
	}
	return "spec.template." + field
}
