// Package protobuf reads encoded messages field by field, in place.
package protobuf

import (
	"fmt"
	"iter"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field is a part of an encoded message.
type Field struct {
	Number  int
	Encoded []byte // tag and value
	Value   []byte // of a field that has a length, such as text or a message; nil of others
}

// Fields yields the fields of a message in order. An error is the last that it
// yields: what follows cannot be read.
func Fields(message []byte) iter.Seq2[Field, error] {
	return func(yield func(Field, error) bool) {
		for len(message) > 0 {
			number, wire, n := protowire.ConsumeField(message)
			if n < 0 {
				yield(Field{}, fmt.Errorf("read protobuf: %w", protowire.ParseError(n)))
				return
			}
			f := Field{Number: int(number), Encoded: message[:n]}
			if wire == protowire.BytesType {
				_, _, tag := protowire.ConsumeTag(f.Encoded)
				f.Value, _ = protowire.ConsumeBytes(f.Encoded[tag:])
			}
			if !yield(f, nil) {
				return
			}
			message = message[n:]
		}
	}
}

// Value is the last value of a field that has a length; nil if the message has
// none, or is not in order as a whole.
func Value(message []byte, number int) (value []byte) {
	for f, err := range Fields(message) {
		if err != nil {
			return nil
		}
		if f.Number == number {
			value = f.Value
		}
	}
	return value
}
