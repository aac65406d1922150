package injector

import (
	"fmt"
	"strings"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// proxyResources are the mesh's defaults, or only what the pod's annotations
// name as soon as it has one of them: the defaults are not mixed in.
func proxyResources(annotations map[string]string) (corev1.ResourceRequirements, error) {
	given := corev1.ResourceRequirements{}
	for _, from := range []struct {
		annotation string
		list       *corev1.ResourceList
		name       corev1.ResourceName
	}{
		{annotation.SidecarProxyCPU.Name, &given.Requests, corev1.ResourceCPU},
		{annotation.SidecarProxyMemory.Name, &given.Requests, corev1.ResourceMemory},
		{annotation.SidecarProxyCPULimit.Name, &given.Limits, corev1.ResourceCPU},
		{annotation.SidecarProxyMemoryLimit.Name, &given.Limits, corev1.ResourceMemory},
	} {
		if err := addQuantity(from.list, from.name, annotations, from.annotation); err != nil {
			return given, err
		}
	}
	if given.Requests == nil && given.Limits == nil {
		return defaultResources(), nil
	}
	return given, nil
}

func addQuantity(list *corev1.ResourceList, name corev1.ResourceName, annotations map[string]string, key string) error {
	value, ok := annotations[key]
	if !ok {
		return nil
	}
	quantity, err := resource.ParseQuantity(strings.TrimSpace(value))
	if err != nil {
		return fmt.Errorf("annotation %s: %w", key, err)
	}
	if *list == nil {
		*list = corev1.ResourceList{}
	}
	(*list)[name] = quantity
	return nil
}

func amounts(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
	}
}

func defaultResources() corev1.ResourceRequirements {
	return corev1.ResourceRequirements{
		Requests: amounts("100m", "128Mi"),
		Limits:   amounts("2", "1Gi"),
	}
}
