package mesh

import (
	"slices"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// InjectionLabel is the label of a Namespace by which Pods get a sidecar of the
// default revision; istio.io/rev names another.
const InjectionLabel = "istio-injection"

// InMesh tells whether a workload takes part in the mesh, with a sidecar or in
// ambient mode: as its live Pods show or, where it has none, as the labels of
// its template and namespace ask. Gateways are not meant.
func InMesh(r inventory.Reader, w *kinds.Workload) bool {
	live := false
	for p := range w.Pods(r) {
		if HasSidecar(p) || InAmbient(p) {
			return true
		}
		live = true
	}
	if live {
		return false
	}
	t := OfWorkload(w)
	if role := t.Role(); role != NoProxy {
		return role == SidecarProxy // injected by hand
	}
	ns := kinds.Namespaces.Get(r, "", w.Namespace())
	return ns != nil && (AsksForSidecar(ns, &t) != "" || AsksForAmbient(ns, &t))
}

// TemplateInMesh is [InMesh] for what a selector chose.
func TemplateInMesh(r inventory.Reader, t *Template) bool {
	if w, ok := kinds.ResolveWorkload(r, t.Ref); ok {
		return InMesh(r, w)
	}
	return t.Role() == SidecarProxy || t.Annotations[annotation.AmbientRedirection.Name] == enabled
}

// AsksForSidecar is the label, of the Pod or else its Namespace, that asks for
// a sidecar (istio-injection=enabled); "" if none does, or if something forbids
// it. It is what istiod's webhooks and its injectRequired decide by labels
// alone, as their charts set them; [MatchInjector] looks at the webhooks that
// are there.
func AsksForSidecar(ns *kinds.Namespace, t *Template) string {
	if Uninjectable(ns.Name, t) || t.marksGateway() {
		return ""
	}
	if choice, given := InjectChoice(t); given && !choice {
		return ""
	}
	if by := EnrolledBy(ns); by != "" {
		return by
	}
	if _, given := ns.Labels[InjectionLabel]; given {
		return "" // any other value keeps Pods from choosing for themselves, too
	}
	return OptedInBy(t)
}

// Uninjectable tells whether istiod gives the Pod no sidecar whatever asks for
// one: it shares the host's network, or lies in a namespace of Kubernetes' own.
func Uninjectable(namespace string, t *Template) bool {
	return t.Spec.HostNetwork || Ignored(namespace)
}

// Ignored tells whether istiod injects nothing in a namespace, whatever its
// labels.
func Ignored(namespace string) bool { return slices.Contains(ignoredNamespaces, namespace) }

// ignoredNamespaces are istiod's IgnoredNamespaces.
var ignoredNamespaces = []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}

// OptedInBy is the label of a Pod that asks for a sidecar, whatever its
// Namespace says; "" if none does.
func OptedInBy(t *Template) string {
	switch v := t.Labels[label.SidecarInject.Name]; v {
	case injectTrue:
		return kinds.LabelKey(label.SidecarInject.Name, v)
	case injectFalse:
		return ""
	}
	return revisionBy(t.Labels)
}

func revisionBy(labels map[string]string) string {
	if rev := labels[kinds.RevisionLabel]; rev != "" {
		return kinds.LabelKey(kinds.RevisionLabel, rev)
	}
	return ""
}

// The values of sidecar.istio.io/inject that istiod takes. Any other counts as
// not given.
const (
	injectTrue  = "true"
	injectFalse = "false"
)

// InjectChoice is what a Pod says about a sidecar by sidecar.istio.io/inject,
// and whether it says anything that counts: exactly true or false. A label,
// also an empty one, hides the annotation.
func InjectChoice(t *Template) (choice, given bool) {
	v, labelled := t.Labels[label.SidecarInject.Name]
	if !labelled {
		v = t.Annotations[annotation.SidecarInject.Name]
	}
	return v == injectTrue, v == injectTrue || v == injectFalse
}

// AsksForAmbient tells whether the Pod or its Namespace asks to be carried by
// ztunnel. Pods of the host's network cannot be.
func AsksForAmbient(ns *kinds.Namespace, t *Template) bool {
	if t.Spec.HostNetwork || t.marksGateway() {
		return false
	}
	mode, given := t.Labels[label.IoIstioDataplaneMode.Name]
	if !given {
		mode = ns.Labels[label.IoIstioDataplaneMode.Name]
	}
	return mode == ambient
}
