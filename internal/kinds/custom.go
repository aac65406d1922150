package kinds

import (
	"encoding/json"
	"reflect"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Resource is the value of a custom kind: metadata and the API's own spec.
type Resource[S any] struct {
	Meta
	Spec *S // never nil
}

// protoSpec is a pointer to one of Istio's messages.
type protoSpec[S any] interface {
	*S
	proto.Message
	json.Unmarshaler
}

// istio adds one of Istio's kinds. Unknown fields are accepted, since a newer
// Istio may have them; an unknown value of an enumeration is a fault, since
// taking it for the default would judge another object than the one there.
// The status is not read: istiod writes there what it made of the object.
func istio[S any, P protoSpec[S]](row Row) Kind[Resource[S]] {
	row.Equal = func(a, b any) bool {
		x, y := a.(*Resource[S]), b.(*Resource[S])
		return x.equal(&y.Meta) && proto.Equal(P(x.Spec), P(y.Spec))
	}
	return custom(row, func(raw []byte, spec *S) error { return unmarshalProto(raw, P(spec)) })
}

func unmarshalProto[S any, P protoSpec[S]](raw []byte, spec P) error {
	if protojson.Unmarshal(raw, spec) == nil {
		return unknownEnum(spec.ProtoReflect())
	}
	proto.Reset(spec)
	if err := spec.UnmarshalJSON(raw); err != nil {
		return err
	}
	return unknownEnum(spec.ProtoReflect())
}

// resource adds a custom kind whose spec is a plain Go type.
func resource[S any](row Row) Kind[Resource[S]] {
	row.Equal = func(a, b any) bool {
		x, y := a.(*Resource[S]), b.(*Resource[S])
		return x.equal(&y.Meta) && reflect.DeepEqual(x.Spec, y.Spec)
	}
	return custom(row, func(raw []byte, spec *S) error { return utiljson.Unmarshal(raw, spec) })
}

func custom[S any](row Row, unmarshal func([]byte, *S) error) Kind[Resource[S]] {
	row.Custom = true
	return raw(row, func(e *envelope) (*Resource[S], error) {
		r := &Resource[S]{Meta: e.Metadata.meta(), Spec: new(S)}
		if absent(e.Spec) {
			return r, nil
		}
		return r, unmarshal(e.Spec, r.Spec)
	})
}

// raw adds a kind that is read as JSON, one object at a time.
func raw[V any](row Row, decode func(*envelope) (*V, error)) Kind[V] {
	if row.Equal == nil {
		row.Equal = equal
	}
	row.KindInfo = inventory.NewKind(row.KindInfo)
	row.Decode = decodeWith(row.KindInfo, row.KeyFields, func(raw []byte) (any, error) {
		var e envelope
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, err
		}
		return decode(&e)
	})
	info := add(row)
	return Kind[V]{Name: info.Kind, info: info}
}

// absent tells that a part of an object is not there.
func absent(part json.RawMessage) bool { return len(part) == 0 || string(part) == "null" }

// unmarshalPart decodes a part of an object, which may be absent.
func unmarshalPart(part json.RawMessage, into any) error {
	if absent(part) {
		return nil
	}
	return utiljson.Unmarshal(part, into)
}
