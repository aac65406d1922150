package protobuf_test

import (
	"bytes"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/protobuf"
)

// The fields of an ObjectMeta: 1 is the name, 7 the generation, a number.
const (
	name       = 1
	generation = 7
	unset      = 4
)

func TestAMessageIsReadInPlace(t *testing.T) {
	m := metav1.ObjectMeta{Name: "a", Generation: 3}
	message, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var whole []byte
	for f, err := range protobuf.Fields(message) {
		if err != nil {
			t.Fatal(err)
		}
		if (f.Value == nil) != (f.Number == generation) {
			t.Errorf("field %d has the value %q", f.Number, f.Value)
		}
		whole = append(whole, f.Encoded...)
	}
	if !bytes.Equal(whole, message) {
		t.Errorf("its fields are %q, not %q", whole, message)
	}
	for number, want := range map[int]string{name: "a", generation: "", unset: ""} {
		if got := protobuf.Value(message, number); string(got) != want {
			t.Errorf("field %d is %q, want %q", number, got, want)
		}
	}
	if got := protobuf.Value(append(message, "\x0a\x01b"...), name); string(got) != "b" {
		t.Errorf("of two names %q counts, not the last", got)
	}
}

func TestABrokenMessageHasNoValues(t *testing.T) {
	const half = "\x0a\x01a\x12\x7f"
	n := 0
	var last error
	for _, err := range protobuf.Fields([]byte(half)) {
		n, last = n+1, err
	}
	if n != 2 || last == nil {
		t.Errorf("%d fields, and then %v", n, last)
	}
	if got := protobuf.Value([]byte(half), name); got != nil {
		t.Errorf("%q", got)
	}
}
