package kinds

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// HorizontalPodAutoscaler is what checks see of one.
type HorizontalPodAutoscaler struct {
	Meta
	Target           inventory.Ref
	MinReplicas      int32 // 1 if unset
	MaxReplicas      int32
	Metrics          []Metric
	DefaultedMetrics bool // none is given, so CPU at 80 % counts
}

// Metric is one metric of an autoscaler.
type Metric struct {
	Type        autoscalingv2.MetricSourceType
	Name        string // "cpu", or the name of the metric
	Container   string // of type ContainerResource
	Utilization *int32 // percent of the requests; nil where the target is another
}

var autoscalerInfo = &inventory.KindInfo{Kind: "HorizontalPodAutoscaler.autoscaling", Namespaced: true}

var (
	// HorizontalPodAutoscalersByTarget finds the autoscalers of a workload by
	// [ControllerKey], in its namespace.
	HorizontalPodAutoscalersByTarget = index(autoscalerInfo, "target",
		func(h *HorizontalPodAutoscaler) []inventory.Key {
			return []inventory.Key{{Scope: h.Namespace, Value: ControllerKey(h.Target.Kind, h.Target.Name)}}
		})
	// HorizontalPodAutoscalers is the kind HorizontalPodAutoscaler.
	HorizontalPodAutoscalers = core(Row{
		KindInfo: autoscalerInfo, Plural: "horizontalpodautoscalers", Versions: []string{"v2"},
		KeyFields: []string{"spec.scaleTargetRef"},
	}, projectAutoscaler)
)

func projectAutoscaler(h *autoscalingv2.HorizontalPodAutoscaler) *HorizontalPodAutoscaler {
	target := &h.Spec.ScaleTargetRef
	out := &HorizontalPodAutoscaler{
		Meta: newMeta(&h.ObjectMeta), MinReplicas: 1, MaxReplicas: h.Spec.MaxReplicas,
		Target: inventory.Ref{
			Kind: groupKind(target.APIVersion, target.Kind), Name: target.Name,
			Namespace: namespaceOf(autoscalerInfo, h.Namespace),
		},
		DefaultedMetrics: len(h.Spec.Metrics) == 0,
	}
	if h.Spec.MinReplicas != nil {
		out.MinReplicas = *h.Spec.MinReplicas
	}
	for i := range h.Spec.Metrics {
		out.Metrics = append(out.Metrics, newMetric(&h.Spec.Metrics[i]))
	}
	return out
}

func newMetric(m *autoscalingv2.MetricSpec) Metric {
	out := Metric{Type: m.Type}
	switch {
	case m.Resource != nil:
		out.Name, out.Utilization = string(m.Resource.Name), m.Resource.Target.AverageUtilization
	case m.ContainerResource != nil:
		out.Name, out.Container = string(m.ContainerResource.Name), m.ContainerResource.Container
		out.Utilization = m.ContainerResource.Target.AverageUtilization
	case m.Pods != nil:
		out.Name = m.Pods.Metric.Name
	case m.Object != nil:
		out.Name = m.Object.Metric.Name
	case m.External != nil:
		out.Name = m.External.Metric.Name
	}
	return out
}
