package ingest

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/internal/kinds"
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

// Decode implements runtime.Decoder for events, and leaves all else to others.
func (e events) Decode(
	data []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	event, ok := into.(*metav1.WatchEvent)
	if !ok {
		return e.Serializer.Decode(data, defaults, into) //nolint:wrapcheck // it is the same to callers
	}
	*event = metav1.WatchEvent{}
	err := eachField(data, func(number int, value []byte) error {
		switch number {
		case 1:
			event.Type = string(value)
		case 2:
			return eachField(value, func(number int, raw []byte) error {
				if number == 1 {
					event.Object.Raw = raw
				}
				return nil
			})
		}
		return nil
	})
	return event, &schema.GroupVersionKind{}, err
}

// eachField reads the fields of an encoded message that have a length.
func eachField(message []byte, read func(int, []byte) error) error {
	for len(message) > 0 {
		number, wire, n := protowire.ConsumeTag(message)
		if n < 0 {
			return fmt.Errorf("read protobuf: %w", protowire.ParseError(n))
		}
		message = message[n:]
		if n = protowire.ConsumeFieldValue(number, wire, message); n < 0 {
			return fmt.Errorf("read protobuf: %w", protowire.ParseError(n))
		}
		if value, _ := protowire.ConsumeBytes(message[:n]); wire == protowire.BytesType {
			if err := read(int(number), value); err != nil {
				return err
			}
		}
		message = message[n:]
	}
	return nil
}

// enveloped gives the encoded object of a row that is in a runtime.Unknown, nil
// if it is another's.
func enveloped(row *kinds.Row, data []byte) []byte {
	unknown, ok := bytes.CutPrefix(data, protobufMagic)
	if !ok {
		return nil
	}
	var apiVersion, kind string
	var object []byte
	err := eachField(unknown, func(number int, value []byte) error {
		switch number {
		case 1:
			return eachField(value, func(number int, value []byte) error {
				switch number {
				case 1:
					apiVersion = string(value)
				case 2:
					kind = string(value)
				}
				return nil
			})
		case 2:
			object = value
		}
		return nil
	})
	want := schema.GroupVersion{Group: row.Kind.Group(), Version: row.Versions[0]}
	if err != nil || kind != row.Kind.Short() || apiVersion != want.String() {
		return nil
	}
	return object
}
