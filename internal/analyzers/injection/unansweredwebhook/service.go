package unansweredwebhook

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// defaultPort is the API's default of a webhook's port.
const defaultPort = 443

func unreachable(p *analysis.Pass, ref *admissionv1.ServiceReference) (text, field string) {
	s := kinds.Services.Get(p, ref.Namespace, ref.Name)
	if s == nil {
		return "does not exist", "name"
	}
	port := int32(defaultPort)
	if ref.Port != nil {
		port = *ref.Port
	}
	if s.Port(port) != nil || s.Type == corev1.ServiceTypeExternalName {
		return "", ""
	}
	if ref.Port == nil {
		return fmt.Sprintf("does not have the port %d", port), "name"
	}
	return fmt.Sprintf("does not have the port %d", port), "port"
}

// unready looks at Services whose endpoints Kubernetes makes. What has just been
// made has its time to become ready.
func unready(p *analysis.Pass, ref *admissionv1.ServiceReference) (text, field string) {
	s := kinds.Services.Get(p, ref.Namespace, ref.Name)
	grace := kinds.Thresholds(p).GracePeriod
	if s.Type == corev1.ServiceTypeExternalName || len(s.Selector) == 0 || !p.Reached(s.Created.Add(grace)) {
		return "", ""
	}
	for pod := range mesh.SelectedPods(p, s.Namespace, s.Selector) {
		if !p.Reached(pod.Created.Add(grace)) {
			return "", ""
		}
	}
	for e := range kinds.EndpointSlicesByService.In(p, s.Namespace, s.Name) {
		if e.Ready {
			return "", ""
		}
	}
	return "has no ready endpoint", "name"
}
