package kinds

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Summary is the typed handle of what is summed up of each bucket of an index;
// see [inventory.NewSummary].
type Summary[S any] struct{ ix *inventory.Index }

// Summarize sums up the values in each bucket of an index, in the order of
// their references.
func Summarize[T, S any](of Index[T], name string, sum func(iter.Seq[*T]) S, same func(a, b S) bool) Summary[S] {
	return Summary[S]{inventory.NewSummary(of.ix, name,
		func(members []*inventory.Object) any { return sum(values[T](members)) },
		func(a, b any) bool { return same(a.(S), b.(S)) },
	)}
}

// In reads the summary of an index's value in one namespace.
func (s Summary[S]) In(r inventory.Reader, namespace, value string) S {
	key := inventory.Key{Scope: namespace, Value: value}
	return r.Read(inventory.Bucket{Index: s.ix, Key: key})[0].Value.(S)
}

// Everywhere reads the summary of a cluster-wide index's value.
func (s Summary[S]) Everywhere(r inventory.Reader, value string) S { return s.In(r, "", value) }

// ByNamespace is the index of the kind's objects by namespace, without a value.
func (k Kind[T]) ByNamespace() Index[T] { return Index[T]{k.info.Namespace} }

// Whole is the index that holds all objects of the kind, without a value.
func (k Kind[T]) Whole() Index[T] { return Index[T]{k.info.All} }
