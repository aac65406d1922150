package kinds

import "github.com/meshaudit/meshaudit/internal/inventory"

// Identify gives labels and UID of a subject: those of the object itself; of a
// workload whose root is not in the inventory, the labels that its Pods get and
// the UID by which they name it. What is not known is empty.
func Identify(r inventory.Reader, o *inventory.Object) (labels map[string]string, uid string) {
	if m, ok := o.Value.(metadata); ok {
		return m.meta().Labels, m.meta().UID
	}
	if o.Value != nil || o.Fault != nil {
		return nil, ""
	}
	w, ok := ResolveWorkload(r, o.Ref)
	if !ok || w.sample == nil {
		return nil, ""
	}
	if w.sample.Controller != nil {
		uid = w.sample.Controller.UID
	}
	return w.Labels(), uid
}
