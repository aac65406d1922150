package kinds

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// object is a pointer to an API type.
type object[T any] interface {
	*T
	runtime.Object
}

// core adds a kind that every API server has, from its typed API object.
func core[V, T any, P object[T]](row Row, project func(P) *V) Kind[V] {
	if row.Equal == nil {
		row.Equal = equal
	}
	row.KindInfo = inventory.NewKind(row.KindInfo)
	if !row.Managed {
		row.Omit = append(row.Omit, "metadata.managedFields")
	}
	row.New = func() runtime.Object { return P(new(T)) }
	row.DecodeProtobuf = encoded[T, P]{omissionOf(reflect.TypeFor[T](), row.Omit)}.decode
	row.Project = func(o runtime.Object) any { return project(o.(P)) }
	row.Decode = decodeWith(row.KindInfo, row.KeyFields, func(raw []byte) (any, error) {
		o := P(new(T))
		if err := utiljson.Unmarshal(raw, o); err != nil {
			return nil, err
		}
		return project(o), nil
	})
	info := add(row)
	return Kind[V]{Name: info.Kind, info: info}
}

// equal is the equality of values without a faster one of their own.
func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// index adds an index to a kind that is about to be registered.
func index[V any](info *inventory.KindInfo, name string, keys func(*V) []inventory.Key) Index[V] {
	ix := &inventory.Index{Kind: info.Kind, Name: name, Keys: func(o *inventory.Object) []inventory.Key {
		return keys(o.Value.(*V))
	}}
	info.Indexes = append(info.Indexes, ix)
	return Index[V]{ix: ix}
}
