package mesh

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Annotated is an annotation where it stands.
type Annotated struct {
	Key, Value string
	// Field is its path in the manifest of the object.
	Field string
	// On is what the metadata belongs to: Pod, Namespace, Service, or Unknown for
	// a controller of Pods.
	On annotation.ResourceTypes
	// Copy: it stands on a controller, and with the same value on its Pods.
	Copy bool
}

// AnnotatedPlaces yields the annotations of Istio's on an object, by key: of a
// workload those of its Pods, then of the controller's own metadata; of a
// Namespace or Service their own. Left out is what Istio writes: of a Pod that
// runs with a sidecar also what injection makes of other settings.
func AnnotatedPlaces(r inventory.Reader, subject inventory.Ref) iter.Seq[Annotated] {
	return func(yield func(Annotated) bool) {
		for _, p := range places(r, subject) {
			for _, key := range slices.Sorted(maps.Keys(p.annotations)) {
				a := Annotated{Key: key, Value: p.annotations[key], Field: p.field + "[" + key + "]", On: p.on}
				copied, given := p.pods[key]
				a.Copy = given && copied == a.Value
				if p.chosen(key) && !yield(a) {
					return
				}
			}
		}
	}
}

// place is metadata of an object.
type place struct {
	field       string
	on          annotation.ResourceTypes
	annotations map[string]string
	pods        map[string]string // of the Pods, if these are not they
	injected    bool
}

// chosen tells whether somebody chose to write an annotation of Istio's.
func (p *place) chosen(key string) bool {
	return IstioKey(key) && !writtenByIstio(key) && (!p.injected || !injectionWrites(key))
}

func places(r inventory.Reader, subject inventory.Ref) []place {
	const field = "metadata.annotations"
	switch subject.Kind {
	case kinds.Namespaces.Name:
		if ns := kinds.Namespaces.Get(r, "", subject.Name); ns != nil {
			return []place{{field: field, on: annotation.Namespace, annotations: ns.Annotations}}
		}
		return nil
	case kinds.Services.Name:
		if s := kinds.Services.Get(r, subject.Namespace, subject.Name); s != nil {
			return []place{{field: field, on: annotation.Service, annotations: s.Annotations}}
		}
		return nil
	}
	w, ok := kinds.ResolveWorkload(r, subject)
	if !ok {
		return nil
	}
	t := OfWorkload(w)
	out := []place{{
		field: PodField(w.Ref.Kind, field), on: annotation.Pod, annotations: t.Annotations,
		injected: w.Controller == nil && t.injected(),
	}}
	if w.Controller != nil {
		out = append(out, place{field: field, annotations: w.Controller.Annotations, pods: t.Annotations})
	}
	return out
}

// writtenByIstio tells whether Istio's programs and charts write an annotation,
// and nobody else does.
func writtenByIstio(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return slices.Contains(istiosOwn, key) || slices.Contains(istiosDomains, domain) ||
		strings.HasSuffix(domain, ".install.istio.io")
}

var (
	istiosOwn = []string{
		annotation.SidecarStatus.Name, annotation.GatewayControllerVersion.Name, annotation.IoIstioRev.Name,
		annotation.ProxyOverrides.Name, annotation.AmbientRedirection.Name,
	}
	istiosDomains = []string{
		"internal.istio.io", "install.istio.io", "install.operator.istio.io", "operator.istio.io",
	}
)

// injectionWrites tells whether istiod writes an annotation into Pods.
func injectionWrites(key string) bool {
	return key == annotation.SidecarInterceptionMode.Name || strings.HasPrefix(key, "traffic.sidecar.istio.io/")
}
