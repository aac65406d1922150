package kinds

import (
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Meta is what checks may know of an object's metadata.
type Meta struct {
	Namespace, Name string
	UID             string
	Labels          map[string]string
	Annotations     map[string]string // without those that only tools write
	Created         time.Time         // zero in a file
	Deleted         time.Time         // zero unless the object is being deleted
	Generation      int64
	Finalizers      []string
	Controller      *Owner

	labels, annotations *sharedMap // see [Meta.share]
}

// Owner is an object's controller, from its owner references.
type Owner struct {
	Kind inventory.Kind
	Name string
	UID  string // empty in a file that does not give it
}

// metadata lets generic code reach the Meta that every value embeds.
type metadata interface{ meta() *Meta }

func (m *Meta) meta() *Meta { return m }

// noise lists annotations that tools rewrite and no check reads.
var noise = []string{
	"kubectl.kubernetes.io/last-applied-configuration",
	"deployment.kubernetes.io/revision",
	"control-plane.alpha.kubernetes.io/leader",
	"kubernetes.io/config.seen",
	"endpoints.kubernetes.io/last-change-trigger-time",
}

func newMeta(m *metav1.ObjectMeta) Meta {
	out := Meta{
		Namespace: m.Namespace, Name: m.Name, UID: string(m.UID),
		Labels: m.Labels, Annotations: withoutNoise(m.Annotations),
		Created: m.CreationTimestamp.UTC(), Generation: m.Generation,
		Finalizers: m.Finalizers, Controller: controllerOf(m.OwnerReferences),
	}
	if m.DeletionTimestamp != nil {
		out.Deleted = m.DeletionTimestamp.UTC()
	}
	out.share()
	return out
}

func withoutNoise(a map[string]string) map[string]string {
	if !slices.ContainsFunc(noise, func(k string) bool { _, ok := a[k]; return ok }) {
		return a
	}
	a = maps.Clone(a)
	for _, k := range noise {
		delete(a, k)
	}
	if len(a) == 0 {
		return nil
	}
	return a
}

func controllerOf(refs []metav1.OwnerReference) *Owner {
	for i := range refs {
		if r := &refs[i]; r.Controller != nil && *r.Controller {
			return &Owner{Kind: groupKind(r.APIVersion, r.Kind), Name: r.Name, UID: string(r.UID)}
		}
	}
	return nil
}

func groupKind(apiVersion, kind string) inventory.Kind {
	if group, _, ok := strings.Cut(apiVersion, "/"); ok {
		return inventory.Kind(kind + "." + group)
	}
	return inventory.Kind(kind)
}

func (m *Meta) equal(o *Meta) bool {
	return m.Namespace == o.Namespace && m.Name == o.Name && m.UID == o.UID &&
		maps.Equal(m.Labels, o.Labels) && maps.Equal(m.Annotations, o.Annotations) &&
		m.Created.Equal(o.Created) && m.Deleted.Equal(o.Deleted) && m.Generation == o.Generation &&
		slices.Equal(m.Finalizers, o.Finalizers) && m.Controller.equal(o.Controller)
}

func (o *Owner) equal(p *Owner) bool { return o == p || o != nil && p != nil && *o == *p }
