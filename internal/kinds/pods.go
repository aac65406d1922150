package kinds

import (
	"reflect"
	"time"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Pod is what checks see of a Pod.
type Pod struct {
	Meta
	*PodSpec // never nil; Pods of one template share it
	// NodeName is the node that the Pod runs on or, until it is scheduled, the
	// one that a DaemonSet's controller made it for.
	NodeName string
	Phase    corev1.PodPhase
	Ready    bool
	// ReadyChanged is when Ready last became what it is; zero if not told.
	ReadyChanged time.Time
}

// Live tells whether the Pod runs or will: it has not ended, nor is it being
// deleted.
func (p *Pod) Live() bool {
	return p.Deleted.IsZero() && p.Phase != corev1.PodSucceeded && p.Phase != corev1.PodFailed
}

// ofAmbient tells whether the Pod is carried by ztunnel, or carries others.
func (p *Pod) ofAmbient() bool {
	return p.Annotations[annotation.AmbientRedirection.Name] != "" ||
		p.Labels["app"] == "ztunnel" || p.Labels["k8s-app"] == "istio-cni-node"
}

func samePod(a, b any) bool {
	x, y := a.(*Pod), b.(*Pod)
	return x.NodeName == y.NodeName && x.Phase == y.Phase && x.Ready == y.Ready && x.ReadyChanged.Equal(y.ReadyChanged) &&
		x.equal(&y.Meta) && (x.PodSpec == y.PodSpec || reflect.DeepEqual(x.PodSpec, y.PodSpec))
}

var podInfo = &inventory.KindInfo{
	Kind: "Pod", Namespaced: true, Equal: samePod,
	Subjects: func(o *inventory.Object) []inventory.Ref {
		if p, ok := o.Value.(*Pod); ok && p.Controller != nil {
			return []inventory.Ref{{Kind: p.Controller.Kind, Namespace: p.Namespace, Name: p.Controller.Name}}
		}
		return []inventory.Ref{o.Ref}
	},
}

var (
	// PodsByController finds the Pods of a controller, by [ControllerKey].
	PodsByController = index(podInfo, "controller", func(p *Pod) []inventory.Key { return controllerKeys(&p.Meta) })
	// PodsByLabel finds Pods by [LabelKey], in a namespace or everywhere.
	PodsByLabel = index(podInfo, "label", func(p *Pod) []inventory.Key { return labelKeys(p.Namespace, p.Labels) })
	// PodsByNode finds, everywhere, the Pods that concern a node's ambient mode,
	// by the name of the node: those that ztunnel carries, ztunnel itself, and
	// Istio's CNI agent. Other Pods are not in it.
	PodsByNode = index(podInfo, "node", func(p *Pod) []inventory.Key {
		if p.NodeName == "" || !p.ofAmbient() {
			return nil
		}
		return clusterKeys(p.NodeName)
	})
	// Pods is the kind Pod.
	Pods = core(Row{
		KindInfo: podInfo, Plural: "pods", Versions: []string{"v1"}, KeyFields: []string{"metadata"},
		Omit: []string{
			"spec.containers.env", "spec.containers.volumeMounts", "spec.initContainers.env",
			"spec.initContainers.volumeMounts", "spec.tolerations", "status.containerStatuses",
			"status.initContainerStatuses",
		},
	}, projectPod)
)

func projectPod(p *corev1.Pod) *Pod {
	out := &Pod{
		Meta: newMeta(&p.ObjectMeta), PodSpec: newPodSpec(&p.Spec),
		NodeName: nodeOf(&p.Spec), Phase: p.Status.Phase,
	}
	for i := range p.Status.Conditions {
		if c := &p.Status.Conditions[i]; c.Type == corev1.PodReady {
			out.Ready = c.Status == corev1.ConditionTrue
			out.ReadyChanged = c.LastTransitionTime.UTC()
		}
	}
	return out
}

// nodeOf is the node of a Pod; a DaemonSet's controller names it in an affinity
// and leaves it to the scheduler to set the field.
func nodeOf(s *corev1.PodSpec) string {
	if s.NodeName != "" || s.Affinity == nil || s.Affinity.NodeAffinity == nil ||
		s.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return s.NodeName
	}
	terms := s.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	for i := range terms {
		for _, f := range terms[i].MatchFields {
			if f.Key == metav1.ObjectNameField && f.Operator == corev1.NodeSelectorOpIn && len(f.Values) == 1 {
				return f.Values[0]
			}
		}
	}
	return ""
}

// controllerKeys are the keys of an object in an index by controller.
func controllerKeys(m *Meta) []inventory.Key {
	if m.Controller == nil {
		return nil
	}
	return []inventory.Key{{Scope: m.Namespace, Value: ControllerKey(m.Controller.Kind, m.Controller.Name)}}
}

// ControllerKey is the value of a controller in indexes by controller.
func ControllerKey(k inventory.Kind, name string) string { return string(k) + "/" + name }

// labelKeys are the keys of an object in an index by label: each label in the
// object's namespace and in the whole cluster.
func labelKeys(namespace string, labels map[string]string) []inventory.Key {
	keys := make([]inventory.Key, 0, 2*len(labels))
	for k, v := range labels {
		kv := LabelKey(k, v)
		keys = append(keys, inventory.Key{Scope: namespace, Value: kv}, inventory.Key{Value: kv})
	}
	return keys
}

// LabelKey is the value of a label in indexes by label.
func LabelKey(key, value string) string { return key + "=" + value }
