package mesh

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Template is a Pod that runs, or one that a controller makes.
type Template struct {
	// Ref names the Pod or its controller.
	Ref         inventory.Ref
	Labels      map[string]string
	Annotations map[string]string
	Spec        *kinds.PodSpec
	// Live: a Pod that runs or will, not what a controller would make.
	Live bool
}

// Templates yields what a selector chooses in a namespace ("" is the whole
// cluster): the controllers whose Pods it would choose, also those without any
// Pod, then the live Pods that none of these explains. So a scaled-down or
// scheduled workload counts, as does one of a kind that is not read.
// An empty selector chooses everything.
func Templates(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		for t := range controllerTemplates(r, namespace, selector) {
			if !yield(t) {
				return
			}
		}
		for t := range podTemplates(r, namespace, selector) {
			if !yield(t) {
				return
			}
		}
	}
}

// Makers yields what a selector chooses as [Templates] does, save that it looks
// at Pods only if it chooses no controller: so it reads nothing that changes
// with every Pod. It misses a workload of an unread kind beside one that is read.
func Makers(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		some := false
		for t := range controllerTemplates(r, namespace, selector) {
			if some = true; !yield(t) {
				return
			}
		}
		if some {
			return
		}
		for t := range podTemplates(r, namespace, selector) {
			if !yield(t) {
				return
			}
		}
	}
}

func controllerTemplates(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		for _, k := range kinds.ControllerKinds {
			for c := range selectedControllers(r, k, namespace, selector) {
				if !yield(ofController(k.Name, c)) {
					return
				}
			}
		}
	}
}

// podTemplates yields the live Pods that no chosen controller explains.
func podTemplates(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		explained := map[string]bool{}
		for p := range SelectedPods(r, namespace, selector) {
			if !explains(r, p, selector, explained) && !yield(OfPod(p)) {
				return
			}
		}
	}
}

// explains tells whether the selector chooses what made the Pod. It remembers
// the answer for the Pod's controller.
func explains(r inventory.Reader, p *kinds.Pod, selector map[string]string, known map[string]bool) bool {
	if p.Controller == nil {
		return false
	}
	key := p.Namespace + "/" + kinds.ControllerKey(p.Controller.Kind, p.Controller.Name)
	answer, ok := known[key]
	if !ok {
		maker := MakerOf(r, p)
		answer = maker != nil && maker.Deleted.IsZero() && kinds.Selects(selector, maker.Template.Labels)
		known[key] = answer
	}
	return answer
}

// SelectsWorkload tells whether a selector chooses anything that runs or would
// run. It reads no further than the first.
func SelectsWorkload(r inventory.Reader, namespace string, selector map[string]string) bool {
	for range Templates(r, namespace, selector) {
		return true
	}
	return false
}

// SelectsEntry tells whether a selector chooses a WorkloadEntry, or those that
// a WorkloadGroup makes: workloads outside of Kubernetes.
func SelectsEntry(r inventory.Reader, namespace string, selector map[string]string) bool {
	for range Entries(r, namespace, selector) {
		return true
	}
	return false
}

// SelectedPods yields the live Pods that a selector chooses.
func SelectedPods(r inventory.Reader, namespace string, selector map[string]string) iter.Seq[*kinds.Pod] {
	pods := kinds.PodsByLabel.In(r, namespace, kinds.SelectorKey(selector))
	if len(selector) == 0 {
		pods = inNamespace(r, kinds.Pods, namespace)
	}
	return func(yield func(*kinds.Pod) bool) {
		for p := range pods {
			if p.Live() && kinds.Selects(selector, p.Labels) && !yield(p) {
				return
			}
		}
	}
}

func selectedControllers(r inventory.Reader, k kinds.Controllers, namespace string,
	selector map[string]string,
) iter.Seq[*kinds.Controller] {
	controllers := k.ByLabel.In(r, namespace, kinds.SelectorKey(selector))
	if len(selector) == 0 {
		controllers = inNamespace(r, k.Kind, namespace)
	}
	return func(yield func(*kinds.Controller) bool) {
		for c := range controllers {
			root := c.Controller == nil && c.Deleted.IsZero()
			if root && kinds.Selects(selector, c.Template.Labels) && !yield(c) {
				return
			}
		}
	}
}

func inNamespace[T any](r inventory.Reader, k kinds.Kind[T], namespace string) iter.Seq[*T] {
	if namespace == "" {
		return k.All(r)
	}
	return k.In(r, namespace)
}

// longestChain bounds the climb from a Pod: Kubernetes' own chains have two
// controllers, and owner references may lead in a circle.
const longestChain = 4

// MakerOf finds the controller at the root of a Pod's chain of controllers; nil
// if that is not in the inventory.
func MakerOf(r inventory.Reader, p *kinds.Pod) *kinds.Controller {
	var maker *kinds.Controller
	owner := p.Controller
	for range longestChain {
		if owner == nil {
			return maker
		}
		if maker = controllerNamed(r, p.Namespace, owner); maker == nil {
			return nil
		}
		owner = maker.Controller
	}
	return nil
}

func controllerNamed(r inventory.Reader, namespace string, owner *kinds.Owner) *kinds.Controller {
	for _, k := range kinds.ControllerKinds {
		if k.Name == owner.Kind {
			return k.Get(r, namespace, owner.Name)
		}
	}
	return nil
}

// OfPod is a Pod as a template.
func OfPod(p *kinds.Pod) Template {
	return Template{
		Ref: kinds.Pods.Ref(p.Namespace, p.Name), Labels: p.Labels, Annotations: p.Annotations,
		Spec: p.PodSpec, Live: true,
	}
}

// OfWorkload is what a workload's Pods are made from.
func OfWorkload(w *kinds.Workload) Template {
	return Template{Ref: w.Ref, Labels: w.Labels(), Annotations: w.Annotations(), Spec: w.Spec(), Live: w.Pod != nil}
}

func ofController(kind inventory.Kind, c *kinds.Controller) Template {
	return Template{
		Ref:    inventory.Ref{Kind: kind, Namespace: c.Namespace, Name: c.Name},
		Labels: c.Template.Labels, Annotations: c.Template.Annotations, Spec: &c.Template.PodSpec,
	}
}
