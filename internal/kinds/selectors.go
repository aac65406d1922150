package kinds

import (
	"iter"
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// SelectorIndex finds objects by the labels that they select. An object stands
// in one bucket, that of its [SelectorKey], in its namespace and in the whole
// cluster; In and Everywhere read one bucket.
type SelectorIndex[T any] struct {
	Index[T]
	selector func(*T) map[string]string
}

func selectorIndex[T any](info *inventory.KindInfo, selector func(*T) map[string]string) SelectorIndex[T] {
	keys := func(o *inventory.Object) []inventory.Key {
		key := SelectorKey(selector(o.Value.(*T)))
		return []inventory.Key{{Scope: o.Ref.Namespace, Value: key}, {Value: key}}
	}
	ix := &inventory.Index{Kind: info.Kind, Name: "selector", Keys: keys}
	info.Indexes = append(info.Indexes, ix)
	return SelectorIndex[T]{Index: Index[T]{ix: ix}, selector: selector}
}

// SelectorKey is the value of a selector in indexes by selector: the
// [LabelKey] of its first label in the order of the alphabet, "" for a selector
// without labels.
func SelectorKey(selector map[string]string) string {
	if len(selector) == 0 {
		return ""
	}
	first := slices.Min(slices.Collect(maps.Keys(selector)))
	return LabelKey(first, selector[first])
}

// Selecting reads the objects of a namespace ("" is the whole cluster) whose
// selector has labels and matches. What an empty selector means differs by
// kind: In(r, namespace, "") reads those objects.
func (i SelectorIndex[T]) Selecting(r inventory.Reader, namespace string, labels map[string]string) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, k := range slices.Sorted(maps.Keys(labels)) {
			for v := range i.In(r, namespace, LabelKey(k, labels[k])) {
				if Selects(i.selector(v), labels) && !yield(v) {
					return
				}
			}
		}
	}
}

// Selects tells whether labels have all those of a selector.
func Selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if have, ok := labels[k]; !ok || have != v {
			return false
		}
	}
	return true
}
