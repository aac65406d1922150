package ingest

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// item is an object on its way from the decoder to the inbox: as much metadata
// as a reflector reads, and the projection. It has no projection when it is a
// bookmark, which has no name, and no annotations when it is not.
type item struct {
	metav1.TypeMeta
	metav1.ObjectMeta

	object *inventory.Object
}

// DeepCopyObject is what a runtime.Object must have. Items are read-only.
func (i *item) DeepCopyObject() runtime.Object {
	c := *i
	return &c
}

// itemList is a page of items.
type itemList struct {
	metav1.TypeMeta
	metav1.ListMeta

	Items []runtime.Object
}

// DeepCopyObject is what a runtime.Object must have. Items are read-only.
func (l *itemList) DeepCopyObject() runtime.Object {
	c := *l
	return &c
}

// newItem makes an item of metadata. The projection runs only for an object: a
// bookmark is metadata alone.
func newItem(row *kinds.Row, m metav1.Object, project func() *inventory.Object) *item {
	i := &item{ObjectMeta: metav1.ObjectMeta{
		Name: m.GetName(), Namespace: m.GetNamespace(), UID: m.GetUID(), ResourceVersion: m.GetResourceVersion(),
	}}
	if i.Name == "" {
		i.Annotations = m.GetAnnotations()
		return i
	}
	i.object = guard(i.ref(row), project)
	return i
}

func (i *item) ref(row *kinds.Row) inventory.Ref {
	return inventory.Ref{Kind: row.Kind, Namespace: i.Namespace, Name: i.Name}
}

// guard makes a projection that panics a fault of its object: whoever may write
// an object must not be able to end the auditing of all others with it.
func guard(ref inventory.Ref, project func() *inventory.Object) (o *inventory.Object) {
	defer func() {
		if p := recover(); p != nil {
			o = &inventory.Object{Ref: ref, Fault: &inventory.Fault{Message: fmt.Sprintf("decoding failed: %v", p)}}
		}
	}()
	return project()
}

// itemOf makes an item of a typed object.
func itemOf(row *kinds.Row, o runtime.Object) (*item, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", row.Kind, err)
	}
	return newItem(row, m, func() *inventory.Object {
		ref := inventory.Ref{Kind: row.Kind, Namespace: m.GetNamespace(), Name: m.GetName()}
		return &inventory.Object{Ref: ref, Value: row.Project(o)}
	}), nil
}
