package yamljson

import (
	"bytes"
	"testing"

	"github.com/meshaudit/meshaudit/internal/manifests/manifeststest"
)

// large gives 17,600 objects in about 6 MB.
func large(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := manifeststest.YAML(&out, 400); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkSplit(b *testing.B) {
	data := large(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Split(data)
	}
}

func BenchmarkSplitAndToJSON(b *testing.B) {
	data := large(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		for _, doc := range Split(data) {
			var err error
			if buf, err = ToJSON(doc.Bytes, buf[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkLine(b *testing.B) {
	data := large(b)
	docs := Split(data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for _, doc := range docs {
			Line(doc.Bytes, "spec.http[0].route[0].destination.host")
		}
	}
}
