package kinds

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// envelope is an object's metadata with the rest undecoded.
type envelope struct {
	Metadata wireMeta        `json:"metadata"`
	Spec     json.RawMessage `json:"spec"`
	Status   json.RawMessage `json:"status"`
	Data     json.RawMessage `json:"data"` // of a ConfigMap
}

// wireMeta is the part of metav1.ObjectMeta that a Meta is made of. Managed
// fields, often half of an object, are left to who wants them.
type wireMeta struct {
	Name              string                  `json:"name"`
	Namespace         string                  `json:"namespace"`
	UID               string                  `json:"uid"`
	Generation        int64                   `json:"generation"`
	Labels            map[string]string       `json:"labels"`
	Annotations       map[string]string       `json:"annotations"`
	CreationTimestamp *time.Time              `json:"creationTimestamp"`
	DeletionTimestamp *time.Time              `json:"deletionTimestamp"`
	Finalizers        []string                `json:"finalizers"`
	OwnerReferences   []metav1.OwnerReference `json:"ownerReferences"`
	ManagedFields     unread                  `json:"managedFields"`
}

// unread is a part of an object that most decoders pass over. It is a part of
// the text that is being decoded, and lives no longer.
type unread []byte

// UnmarshalJSON keeps the text without looking into it, or copying it.
func (u *unread) UnmarshalJSON(raw []byte) error { *u = raw; return nil }

func (w *wireMeta) meta() Meta {
	m := Meta{
		Namespace: w.Namespace, Name: w.Name, UID: w.UID, Generation: w.Generation,
		Labels: w.Labels, Annotations: withoutNoise(w.Annotations),
		Finalizers: w.Finalizers, Controller: controllerOf(w.OwnerReferences),
	}
	if w.CreationTimestamp != nil {
		m.Created = w.CreationTimestamp.UTC()
	}
	if w.DeletionTimestamp != nil {
		m.Deleted = w.DeletionTimestamp.UTC()
	}
	m.share()
	return m
}

// decoder turns the JSON of one object into its value.
type decoder func(raw []byte) (any, error)

// maxFaults bounds how many faults of one object are looked for.
const maxFaults = 8

// decodeWith makes the row's Decode of a decoder. Where the decoder refuses,
// the fields at fault are found and left out: the first is named in the
// object's fault, and the rest of the object is kept unless a key field is at
// fault.
func decodeWith(info *inventory.KindInfo, keyFields []string, decode decoder) func([]byte) *inventory.Object {
	return func(raw []byte) *inventory.Object {
		o := &inventory.Object{}
		value, err := decode(raw)
		if err != nil {
			value, o.Fault = salvage(raw, keyFields, decode, err)
		} else {
			o.Fault = selectorFault(value)
		}
		if value == nil {
			o.Ref = refOf(info, raw)
			return o
		}
		m := value.(metadata).meta()
		m.Namespace = namespaceOf(info, m.Namespace)
		o.Ref = inventory.Ref{Kind: info.Kind, Namespace: m.Namespace, Name: m.Name}
		o.Value = value
		return o
	}
}

// namespaceOf is the namespace in which an object of the kind is if its
// metadata names the given one. Only a manifest may name none.
func namespaceOf(info *inventory.KindInfo, given string) string {
	switch {
	case !info.Namespaced:
		return ""
	case given == "":
		return metav1.NamespaceDefault
	}
	return given
}

// refOf reads name and namespace, however broken the rest may be.
func refOf(info *inventory.KindInfo, raw []byte) inventory.Ref {
	var o struct {
		Metadata struct {
			Name      any `json:"name"`
			Namespace any `json:"namespace"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(raw, &o) // what is there is filled in before an error
	ref := inventory.Ref{Kind: info.Kind}
	ref.Name, _ = o.Metadata.Name.(string)
	namespace, _ := o.Metadata.Namespace.(string)
	ref.Namespace = namespaceOf(info, namespace)
	return ref
}

func salvage(raw []byte, keyFields []string, decode decoder, err error) (any, *inventory.Fault) {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return nil, &inventory.Fault{Message: clean(err)}
	}
	var fault *inventory.Fault
	for range maxFaults {
		path, cause := findFault(tree, decode)
		if path == nil {
			return nil, &inventory.Fault{Message: clean(err)}
		}
		if fault == nil {
			fault = &inventory.Fault{Field: path.String(), Message: clean(cause)}
		}
		if path.isKey(keyFields) {
			return nil, fault
		}
		tree = prune(tree, path)
		if pruned, e := json.Marshal(tree); e == nil {
			if value, e := decode(pruned); e == nil {
				return value, fault
			}
		}
	}
	return nil, fault
}

// clean drops what decoders say about themselves.
func clean(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "found " + e.Value + " where " + expected(e.Type) + " is expected"
	}
	msg := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	for _, prefix := range []string{"json: ", "proto: ", "bad input: ", "error converting YAML to JSON: "} {
		msg = strings.TrimPrefix(msg, prefix)
	}
	if strings.HasPrefix(msg, "(line ") {
		if _, rest, ok := strings.Cut(msg, "): "); ok {
			msg = rest
		}
	}
	return msg
}

// expected names what JSON must have for a Go type.
func expected(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[[]byte]() {
		return "text in base64"
	}
	if what, ok := jsonTypes[t.Kind()]; ok {
		return what
	}
	return "a number of type " + t.Kind().String()
}

var jsonTypes = map[reflect.Kind]string{
	reflect.Slice: "a list", reflect.Array: "a list", reflect.Map: "an object", reflect.Struct: "an object",
	reflect.String: "a string", reflect.Bool: "true or false", reflect.Float32: "a number", reflect.Float64: "a number",
}
