package mesh

import (
	"iter"
	"slices"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// AnnotatedKinds are the kinds, beside workloads, on which annotations of Istio's
// are looked at.
var AnnotatedKinds = []inventory.Kind{kinds.Namespaces.Name, kinds.Services.Name}

// HandAnnotated yields what [AnnotatedPlaces] does where a person can do
// something about it: nothing of what is being deleted or has ended, nor of
// what a Gateway's controller makes, which has the Gateway's annotations; and
// of those of a controller none that its Pods have, too.
func HandAnnotated(r inventory.Reader, subject inventory.Ref) iter.Seq[Annotated] {
	return func(yield func(Annotated) bool) {
		if labels, ok := byHand(r, subject); !ok || ofGateway(labels) {
			return
		}
		for a := range AnnotatedPlaces(r, subject) {
			if !a.Copy && !yield(a) {
				return
			}
		}
	}
}

// Labelled tells whether what bears an annotation has a label of the same key.
// Of a controller's own labels it says no.
func Labelled(r inventory.Reader, subject inventory.Ref, a *Annotated) bool {
	if a.On == annotation.Unknown {
		return false
	}
	labels, _ := byHand(r, subject)
	_, given := labels[a.Key]
	return given
}

// byHand are the labels of a Namespace or Service, or of a workload's Pods; not
// ok if it is not there or will soon be no more.
func byHand(r inventory.Reader, subject inventory.Ref) (labels map[string]string, ok bool) {
	switch subject.Kind {
	case kinds.Namespaces.Name:
		ns := kinds.Namespaces.Get(r, "", subject.Name)
		if ns == nil || ns.Terminating {
			return nil, false
		}
		return ns.Labels, true
	case kinds.Services.Name:
		s := kinds.Services.Get(r, subject.Namespace, subject.Name)
		if s == nil || !s.Deleted.IsZero() {
			return nil, false
		}
		return s.Labels, true
	}
	w, ok := kinds.ResolveWorkload(r, subject)
	if !ok || Over(w) {
		return nil, false
	}
	return w.Labels(), true
}

// ofGateway tells whether labels are those of what a controller makes of a
// Gateway of the Gateway API.
func ofGateway(labels map[string]string) bool {
	return slices.ContainsFunc([]string{label.GatewayManaged.Name, label.IoK8sNetworkingGatewayGatewayName.Name},
		func(key string) bool { _, given := labels[key]; return given })
}
