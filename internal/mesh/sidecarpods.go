package mesh

import (
	"fmt"
	"iter"
	"slices"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Meshed tells whether the Pods of a workload have a sidecar of Istio's: as
// those show that run or, where none does, as a new one would. Parts of Istio
// itself have none, gateways included, nor has what is being deleted or a Job
// that has ended.
//
// Of what does not run it reads webhook configurations and maybe a ConfigMap,
// which are off in files unless one is given: so come late.
func Meshed(r inventory.Reader, w *kinds.Workload) Answer {
	t := OfWorkload(w)
	if Over(w) || t.Component() != NoComponent {
		return No
	}
	runs := false
	for p := range w.Pods(r) {
		if HasSidecar(p) {
			return Yes
		}
		runs = runs || p.Phase == corev1.PodRunning
	}
	switch ns := kinds.Namespaces.Get(r, "", w.Namespace()); {
	case runs || ns == nil:
		return No
	case t.Role() == SidecarProxy && t.BringsProxy():
		return Yes // as istioctl kube-inject writes it
	default:
		return Decide(r, ns, &t).Answer
	}
}

// Over tells whether a workload makes no more Pods.
func Over(w *kinds.Workload) bool {
	if w.Pod != nil {
		return !w.Pod.Live()
	}
	return w.Controller != nil && (w.Controller.Ended || !w.Controller.Deleted.IsZero())
}

// AppContainer is a container of a Pod that does not come from Istio.
type AppContainer struct {
	*kinds.Container
	// Field is its path in the Pod: spec.containers[0].
	Field string
	// Ends: an init container that ends before the others start.
	Ends bool
}

// AppContainers yields the containers of a Pod, init containers first, without
// those that the sidecar's injection adds.
func AppContainers(s *kinds.PodSpec) iter.Seq[AppContainer] {
	return func(yield func(AppContainer) bool) {
		for i := range s.InitContainers {
			c := &s.InitContainers[i]
			field := fmt.Sprintf("spec.initContainers[%d]", i)
			if !injectedContainer(c) && !yield(AppContainer{c, field, !c.RestartAlways}) {
				return
			}
		}
		for i := range s.Containers {
			c := &s.Containers[i]
			if !injectedContainer(c) && !yield(AppContainer{c, fmt.Sprintf("spec.containers[%d]", i), false}) {
				return
			}
		}
	}
}

func injectedContainer(c *kinds.Container) bool {
	return slices.Contains([]string{proxyContainer, "istio-init", "istio-validation", "enable-core-dump"}, c.Name)
}

// InterceptionMode is how the sidecar gets the traffic of a template's Pods:
// REDIRECT, TPROXY or NONE. It may read a ConfigMap: so come late.
func InterceptionMode(r inventory.Reader, t *Template) string {
	if mode, given := t.Annotations[annotation.SidecarInterceptionMode.Name]; given {
		return mode
	}
	return ProxyConfigOf(r, t).GetInterceptionMode().String()
}

// NotNative says why [Native] is No, as part of a sentence.
func NotNative(r inventory.Reader, d Decision, t *Template) string {
	if v, given := t.Annotations[annotation.SidecarNativeSidecar.Name]; given && v != "" {
		return "annotation " + kinds.LabelKey(annotation.SidecarNativeSidecar.Name, v) + " of the Pods"
	}
	plane := planeOf(r, d.Injector)
	if plane == nil || plane.Istiod == nil {
		return ""
	}
	of := " of Deployment " + plane.Namespace + "/" + plane.Istiod.Name
	if _, auto := plane.nativeMode(); auto {
		return fmt.Sprintf("a node has kubelet 1.%d, and all must have 1.%d",
			oldestKubelet.Everywhere(r, "").minor, nativeKubelet)
	}
	if v, set := plane.Env(nativeVariable); set {
		return kinds.LabelKey(nativeVariable, v) + of
	}
	_, minor, _ := plane.Version()
	return fmt.Sprintf("Istio 1.%d%s", minor, of)
}
