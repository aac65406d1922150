package kinds

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshaudit/meshaudit/internal/protobuf"
)

// Of a Pod that an API server sends, the most is what no check reads: the
// environment of containers, their states, who manages which field. To decode
// that costs more than all that is made of the rest. So it is cut out of the
// encoded object.

// omission is what is cut out of an encoded message: the fields without
// omissions of their own, and of the others what these say.
type omission struct {
	fields map[int]*omission
	unless func(message []byte) bool // nothing is cut out of such a message; may be nil
}

// encoded is the API type T as the API server's protobuf has it.
type encoded[T any, P object[T]] struct{ omit *omission }

// decode makes the typed object, without what is omitted. The scratch is for the
// caller to give again.
func (e encoded[T, P]) decode(message, scratch []byte) (o runtime.Object, _ []byte, err error) {
	if scratch, err = e.omit.cut(scratch[:0], message); err != nil {
		return nil, scratch, err
	}
	p := P(new(T))
	u, ok := any(p).(interface{ Unmarshal(message []byte) error })
	if !ok {
		return nil, scratch, fmt.Errorf("%T has no encoding in protobuf", p)
	}
	return p, scratch, u.Unmarshal(scratch)
}

// cut appends a message, without what is omitted, to dst.
func (m *omission) cut(dst, message []byte) ([]byte, error) {
	if m.unless != nil && m.unless(message) {
		return append(dst, message...), nil
	}
	for f, err := range protobuf.Fields(message) {
		if err != nil {
			return dst, err
		}
		inner, ok := m.fields[f.Number]
		switch {
		case !ok, f.Value == nil:
			dst = append(dst, f.Encoded...)
		case inner.fields != nil: // else it is omitted
			if dst, err = inner.cutField(dst, f); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

// cutField appends a field whose message is cut.
func (m *omission) cutField(dst []byte, f protobuf.Field) ([]byte, error) {
	_, _, tag := protowire.ConsumeTag(f.Encoded)
	dst = append(dst, f.Encoded[:tag]...)
	at := len(dst)
	dst, err := m.cut(dst, f.Value)
	var size [10]byte
	length := protowire.AppendVarint(size[:0], uint64(len(dst)-at)) //nolint:gosec // never negative
	return slices.Insert(dst, at, length...), err
}

// omissionOf compiles the paths of fields of an API type. It panics if there is
// no such field.
func omissionOf(t reflect.Type, paths []string) *omission {
	root := &omission{}
	for _, path := range paths {
		m, t := root, t
		for name := range strings.SplitSeq(path, ".") {
			var number int
			if number, t = fieldOf(t, name); m.fields == nil {
				m.fields = map[int]*omission{}
			}
			if m.fields[number] == nil {
				m.fields[number] = &omission{}
			}
			m = m.fields[number]
			if t == reflect.TypeFor[corev1.Container]() {
				m.unless = mayBeProxy
			}
		}
	}
	return root
}

// fieldOf gives the number and the type of a field of an API type, or of its
// elements. API types tell the number by a tag: protobuf:"bytes,17,rep,…".
func fieldOf(t reflect.Type, name string) (int, reflect.Type) {
	for f := range t.Fields() {
		if json, _, _ := strings.Cut(f.Tag.Get("json"), ","); json != name {
			continue
		}
		number, err := strconv.Atoi(strings.Split(f.Tag.Get("protobuf"), ",")[1])
		if err != nil {
			panic(fmt.Sprintf("%s.%s: %v", t, name, err))
		}
		t = f.Type
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		return number, t
	}
	panic(fmt.Sprintf("%s has no field %s", t, name))
}

// The fields of a container by which [mayBeProxy] goes.
const (
	containerName = 1
	containerEnv  = 7
)

// mayBeProxy tells an encoded container whose environment is read; see
// [meshEnv]. It may take another for one.
func mayBeProxy(container []byte) bool {
	for f, err := range protobuf.Fields(container) {
		if err != nil || f.Number == containerEnv && bytes.Contains(f.Value, []byte("APPMESH_")) ||
			f.Number == containerName && proxies[string(f.Value)] {
			return true
		}
	}
	return false
}
