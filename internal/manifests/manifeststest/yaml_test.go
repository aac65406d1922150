package manifeststest

import (
	"bytes"
	"errors"
	"testing"
)

func TestTheSameNumberOfNamespacesGivesTheSameBytes(t *testing.T) {
	var first, second bytes.Buffer
	if err := errors.Join(YAML(&first, 3), YAML(&second, 3)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two runs differ")
	}
}

func TestEachNamespaceBringsItsObjects(t *testing.T) {
	var out bytes.Buffer
	if err := YAML(&out, 7); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(out.Bytes(), []byte("\nkind: ")); got != 7*ObjectsPerNamespace {
		t.Errorf("%d objects, want %d", got, 7*ObjectsPerNamespace)
	}
}

func TestFourHundredNamespacesAreSixMegabytes(t *testing.T) {
	var out bytes.Buffer
	if err := YAML(&out, 400); err != nil {
		t.Fatal(err)
	}
	if n := out.Len(); n < 5_500_000 || n > 6_500_000 {
		t.Errorf("%d bytes", n)
	}
}
