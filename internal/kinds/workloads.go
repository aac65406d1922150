package kinds

import (
	"iter"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Workload is what runs as one: the Pods at the end of a chain of controllers,
// named by the root of the chain. It exists also with no Pod.
type Workload struct {
	// Ref is the root: a controller, which need not be in the inventory nor of
	// a kind that is read, or a Pod without controller.
	Ref inventory.Ref
	// Controller is nil when the root is a Pod or not in the inventory.
	Controller *Controller
	// Pod is the root if that is a Pod.
	Pod *Pod

	// sample stands for the template of a root that is not in the inventory.
	sample *Pod
}

// ResolveWorkload finds the workload of which ref is the root.
//
// A ReplicaSet, Job or Pod that has a controller itself is no root, whether that
// one is in the inventory or not. The other controllers always are one. What is
// not in the inventory, be it gone or of a kind that is not read
// (Rollout.argoproj.io), is a root as long as a Pod, or a controller that makes
// Pods, names it as its controller.
func ResolveWorkload(r inventory.Reader, ref inventory.Ref) (*Workload, bool) {
	w := &Workload{Ref: ref}
	if ref.Kind == Pods.Name {
		w.Pod = Pods.Get(r, ref.Namespace, ref.Name)
		return w, w.Pod != nil && w.Pod.Controller == nil
	}
	if k, ok := controllerKind(ref.Kind); ok {
		w.Controller = k.Get(r, ref.Namespace, ref.Name)
	}
	if w.Controller != nil {
		return w, w.Controller.Controller == nil || !passes(ref.Kind)
	}
	return w, ref.Namespace != "" && w.takeSample(r)
}

// IsWorkload tells whether ref is the root of a workload.
func IsWorkload(r inventory.Reader, ref inventory.Ref) bool {
	_, ok := ResolveWorkload(r, ref)
	return ok
}

// Labels are those that the workload's Pods get or, where no template is known,
// those of the lone or first Pod.
func (w *Workload) Labels() map[string]string {
	if w.Controller != nil {
		return w.Controller.Template.Labels
	}
	return w.pod().Labels
}

// Annotations are found like Labels.
func (w *Workload) Annotations() map[string]string {
	if w.Controller != nil {
		return w.Controller.Template.Annotations
	}
	return w.pod().Annotations
}

// Spec is found like Labels. It is never nil.
func (w *Workload) Spec() *PodSpec {
	if w.Controller != nil {
		return &w.Controller.Template.PodSpec
	}
	return w.pod().PodSpec
}

// Created is when the root was made or, where that is not in the inventory,
// what stands for it; zero in a file.
func (w *Workload) Created() time.Time {
	if w.Controller != nil {
		return w.Controller.Created
	}
	return w.pod().Created
}

// Namespace is the workload's.
func (w *Workload) Namespace() string { return w.Ref.Namespace }

func (w *Workload) pod() *Pod {
	if w.Pod != nil {
		return w.Pod
	}
	return w.sample
}

// Pods reads the live Pods at the ends of the chain that begins at the
// workload. Where a Pod or controller says which object made it, it must be the
// one in the inventory, not one that had the same name before.
func (w *Workload) Pods(r inventory.Reader) iter.Seq[*Pod] {
	return func(yield func(*Pod) bool) {
		if w.Pod != nil {
			if w.Pod.Live() {
				yield(w.Pod)
			}
			return
		}
		for p := range w.made(r) {
			if p.Live() && !yield(p) {
				return
			}
		}
	}
}

func (w *Workload) made(r inventory.Reader) iter.Seq[*Pod] {
	root := Meta{Namespace: w.Ref.Namespace, Name: w.Ref.Name}
	if w.Controller != nil {
		root = w.Controller.Meta
	}
	return func(yield func(*Pod) bool) { podsOf(r, w.Ref.Kind, &root, yield) }
}

// takeSample finds out whether anything names a root that is not in the
// inventory, and keeps what stands for its template: that of the newest
// controller with replicas that it made, else its first Pod.
func (w *Workload) takeSample(r inventory.Reader) bool {
	root := Meta{Namespace: w.Ref.Namespace, Name: w.Ref.Name}
	var best *Controller
	for _, k := range makes(w.Ref.Kind) {
		for c := range childrenOf(r, k, w.Ref.Kind, &root) {
			if best == nil || newer(c, best) {
				best = c
			}
		}
	}
	if best != nil {
		w.sample = &Pod{Meta: best.Meta, PodSpec: &best.Template.PodSpec}
		w.sample.Labels, w.sample.Annotations = best.Template.Labels, best.Template.Annotations
		return true
	}
	pods := slices.Collect(PodsByController.In(r, root.Namespace, ControllerKey(w.Ref.Kind, root.Name)))
	if len(pods) == 0 {
		return false
	}
	w.sample = pods[max(0, slices.IndexFunc(pods, (*Pod).Live))]
	return true
}

func newer(c, than *Controller) bool {
	if (c.Replicas > 0) != (than.Replicas > 0) {
		return c.Replicas > 0
	}
	return c.Created.After(than.Created)
}
