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
)

// Of a Pod that an API server sends, the most is what no check reads: the
// environment of containers, their states, who manages which field. To decode
// that costs more than all that is made of the rest. So it is cut out of the
// encoded object.

// omission is what is cut out of an encoded message: the fields without
// omissions of their own, and of the others what these say.
type omission struct {
	fields map[protowire.Number]*omission
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
func (m *omission) cut(dst, message []byte) (_ []byte, err error) {
	if m.unless != nil && m.unless(message) {
		return append(dst, message...), nil
	}
	for len(message) > 0 {
		number, wire, n := protowire.ConsumeField(message)
		if n < 0 {
			return dst, fmt.Errorf("read protobuf: %w", protowire.ParseError(n))
		}
		field := message[:n]
		message = message[n:]
		inner, ok := m.fields[number]
		switch {
		case !ok, wire != protowire.BytesType:
			dst = append(dst, field...)
		case inner.fields != nil: // else it is omitted
			if dst, err = inner.cutField(dst, number, field); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

// cutField appends a field whose message is cut.
func (m *omission) cutField(dst []byte, number protowire.Number, field []byte) ([]byte, error) {
	_, _, n := protowire.ConsumeTag(field)
	message, _ := protowire.ConsumeBytes(field[n:])
	dst = protowire.AppendTag(dst, number, protowire.BytesType)
	at := len(dst)
	dst, err := m.cut(dst, message)
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
			var number protowire.Number
			if number, t = fieldOf(t, name); m.fields == nil {
				m.fields = map[protowire.Number]*omission{}
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
func fieldOf(t reflect.Type, name string) (protowire.Number, reflect.Type) {
	for f := range t.Fields() {
		if json, _, _ := strings.Cut(f.Tag.Get("json"), ","); json != name {
			continue
		}
		number, err := strconv.ParseInt(strings.Split(f.Tag.Get("protobuf"), ",")[1], 10, 32)
		if err != nil {
			panic(fmt.Sprintf("%s.%s: %v", t, name, err))
		}
		t = f.Type
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		return protowire.Number(number), t
	}
	panic(fmt.Sprintf("%s has no field %s", t, name))
}

// The fields of a container, and of a variable of its environment, by which
// [mayBeProxy] goes.
const (
	containerName protowire.Number = 1
	containerEnv  protowire.Number = 7
)

// mayBeProxy tells an encoded container whose environment is read; see
// [meshEnv]. It may take another for one.
func mayBeProxy(container []byte) bool {
	for len(container) > 0 {
		number, wire, n := protowire.ConsumeField(container)
		if n < 0 {
			return true
		}
		field := container[:n]
		container = container[n:]
		if number == containerEnv && bytes.Contains(field, []byte("APPMESH_")) {
			return true
		}
		if number == containerName && wire == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(field)
			if name, _ := protowire.ConsumeBytes(field[tag:]); proxies[string(name)] {
				return true
			}
		}
	}
	return false
}
