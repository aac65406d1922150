package ingest

import (
	"bytes"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/internal/protobuf"
)

// A watch sends each object in two envelopes: a WatchEvent and, in its field
// object, a runtime.Unknown. apimachinery copies the object out of either. With
// 100,000 Pods in the stream, these copies are most of the memory that a start
// leaves to the garbage collector.

// protobufMagic begins what is encoded as a runtime.Unknown (apimachinery,
// package runtime/serializer/protobuf).
var protobufMagic = []byte("k8s\x00")

// events decodes watch events. Their objects are parts of the data, and last as
// long: client-go decodes each before it reads on.
type events struct{ runtime.Serializer }

// Decode implements runtime.Decoder for events that are in order, and leaves all
// else to apimachinery.
func (e events) Decode(
	data []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	event, ok := into.(*metav1.WatchEvent)
	kind, object := protobuf.Value(data, 1), protobuf.Value(protobuf.Value(data, 2), 1)
	if !ok || kind == nil || object == nil {
		return e.Serializer.Decode(data, defaults, into) //nolint:wrapcheck // it is the same to callers
	}
	*event = metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: object}}
	return event, &schema.GroupVersionKind{}, nil
}

// enveloped gives the encoded object of a type that is in a runtime.Unknown, nil
// if it is another's.
func enveloped(apiVersion, kind string, data []byte) []byte {
	unknown, ok := bytes.CutPrefix(data, protobufMagic)
	if !ok {
		return nil
	}
	of := protobuf.Value(unknown, 1)
	if string(protobuf.Value(of, 1)) != apiVersion || string(protobuf.Value(of, 2)) != kind {
		return nil
	}
	return protobuf.Value(unknown, 2)
}
