package kinds

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Kind is the typed handle of one kind's values.
type Kind[T any] struct {
	Name inventory.Kind
	info *inventory.KindInfo
}

// Index is the typed handle of one of a kind's indexes.
type Index[T any] struct{ ix *inventory.Index }

// Get reads one object; nil if it does not exist. Namespace is empty for a
// cluster-scoped kind.
func (k Kind[T]) Get(r inventory.Reader, namespace, name string) *T {
	ref := inventory.Ref{Kind: k.Name, Namespace: namespace, Name: name}
	for v := range each[T](r, k.info.Ref, k.info.RefKey(ref)) {
		return v
	}
	return nil
}

// In reads the objects of a namespace, by name.
func (k Kind[T]) In(r inventory.Reader, namespace string) iter.Seq[*T] {
	return each[T](r, k.info.Namespace, inventory.Key{Scope: namespace})
}

// All reads every object, by namespace and name.
func (k Kind[T]) All(r inventory.Reader) iter.Seq[*T] {
	return each[T](r, k.info.All, inventory.Key{})
}

// Of is the value of an object of the kind; nil if it has none.
func (k Kind[T]) Of(o *inventory.Object) *T {
	v, _ := o.Value.(*T)
	return v
}

// Ref names an object of the kind.
func (k Kind[T]) Ref(namespace, name string) inventory.Ref {
	return inventory.Ref{Kind: k.Name, Namespace: namespace, Name: name}
}

// In reads the objects that the index holds for a value in one namespace.
func (i Index[T]) In(r inventory.Reader, namespace, value string) iter.Seq[*T] {
	return each[T](r, i.ix, inventory.Key{Scope: namespace, Value: value})
}

// Everywhere reads the objects that a cluster-wide index holds for a value.
func (i Index[T]) Everywhere(r inventory.Reader, value string) iter.Seq[*T] {
	return i.In(r, "", value)
}

// each yields the values of a bucket. The bucket is read once, when the
// iteration begins.
func each[T any](r inventory.Reader, ix *inventory.Index, key inventory.Key) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		values[T](r.Read(inventory.Bucket{Index: ix, Key: key}))(yield)
	}
}

func values[T any](objects []*inventory.Object) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, o := range objects {
			if v, ok := o.Value.(*T); ok && !yield(v) {
				return
			}
		}
	}
}
