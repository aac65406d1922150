package yamljson

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"sigs.k8s.io/yaml"
)

// FuzzToJSON holds the laws of the package comment.
func FuzzToJSON(f *testing.F) {
	for _, doc := range realDocuments(f) {
		f.Add(doc)
	}
	for _, c := range conversions {
		f.Add([]byte(c.yaml))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		out, v := scan(doc, nil, nil)
		if v.known {
			checkSame(t, doc, out)
			checkLines(t, doc)
		}
		checkToJSON(t, doc)
		checkSplit(t, doc)
	})
}

// realDocuments gives the documents of the manifests in testdata.
func realDocuments(tb testing.TB) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		tb.Fatal("no manifests in testdata", err)
	}
	var docs [][]byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, doc := range Split(data) {
			docs = append(docs, doc.Bytes)
		}
	}
	return docs
}

// checkSame checks that out means what the libraries make of doc.
func checkSame(t *testing.T, doc, out []byte) {
	t.Helper()
	want, err := yaml.YAMLToJSONStrict(doc)
	if json.Valid(doc) {
		if !reflect.DeepEqual(numbers(decode(t, out)), numbers(decode(t, doc))) {
			t.Fatalf("JSON means something else:\n%s\n%s", doc, out)
		}
		return
	}
	if err != nil {
		t.Fatalf("the library rejects what the scanner accepts: %v\n%q\n%s", err, doc, out)
	}
	if !reflect.DeepEqual(decode(t, out), decode(t, want)) {
		t.Fatalf("scanner and library differ on %q:\n%s\n%s", doc, out, want)
	}
}

// checkToJSON checks that ToJSON gives valid JSON behind what buf holds, or an error with a line of the document.
func checkToJSON(t *testing.T, doc []byte) {
	t.Helper()
	out, err := ToJSON(doc, []byte("x"))
	if out[0] != 'x' {
		t.Fatalf("what buf held is lost: %s", out)
	}
	var e *Error
	switch {
	case err == nil && !json.Valid(out[1:]):
		t.Fatalf("no JSON for %q: %s", doc, out)
	case err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Line > 1+bytes.Count(doc, []byte("\n"))):
		t.Fatalf("error without a line of %q: %v", doc, err)
	}
}

// checkSplit checks that documents are pieces of the stream, in order, with the right line numbers.
func checkSplit(t *testing.T, stream []byte) {
	t.Helper()
	if !bytes.Equal(utf8Text(stream), stream) {
		return
	}
	for _, doc := range Split(stream) {
		start := cap(stream) - cap(doc.Bytes)
		if want := 1 + bytes.Count(stream[:start], []byte("\n")); doc.Line != want {
			t.Fatalf("%q starts at line %d, not %d", doc.Bytes, want, doc.Line)
		}
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// numbers replaces the numbers in v by their values: JSON may write 8e1 for 80.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return [2]any{f, err == nil}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// canonical gives JSON with sorted keys and without blanks.
func canonical(t *testing.T, text []byte) []byte {
	t.Helper()
	out, err := json.Marshal(decode(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
