package yamljson

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"
	"unicode/utf16"
)

// splits are streams and the documents in them.
var splits = []struct {
	law    string
	stream string
	want   []piece
}{
	{"a stream without markers is one document", "a: b\nc: d\n", []piece{{1, "a: b\nc: d\n"}}},
	{"a marker line starts a document", "a: b\n---\nc: d\n---\ne: f", []piece{{1, "a: b\n"}, {3, "c: d\n"}, {5, "e: f"}}},
	{"a marker may be the first line", "---\na: b\n", []piece{{2, "a: b\n"}}},
	{"documents without content are left out", "---\n---\n# a\n\n---\nb: c\n---\n", []piece{{6, "b: c\n"}}},
	{"no text is no document", "", nil},
	{"a byte order mark alone is no document", "\uFEFF", nil},
	{"comments alone are no document", "# a\n  # b\n", nil},
	{"leading comments belong to the document", "# a\n---\n# b\nc: d\n", []piece{{3, "# b\nc: d\n"}}},
	{"three dots end a document", "a: b\n...\n# c\n...\nd: e\n... # f\n---\ng: h\n", []piece{{1, "a: b\n"}, {5, "d: e\n"}, {8, "g: h\n"}}},
	{"a marker may have blanks or a comment behind it", "---  \na: b\n--- # c\nd: e\n---\t\nf: g\n", []piece{{2, "a: b\n"}, {3, " # c\nd: e\n"}, {6, "f: g\n"}}},
	{"content may stand on the marker's line", "--- {a: b}\n--- [c]\n--- |\n d\n", []piece{{1, " {a: b}\n"}, {2, " [c]\n"}, {3, " |\n d\n"}}},
	{"CR LF ends lines", "a: b\r\n---\r\nc: d\r\n...\r\n", []piece{{1, "a: b\r\n"}, {3, "c: d\r\n"}}},
	{"indented dashes are text", "a: |\n  ---\n  ...\nb: c\n ---\n", []piece{{1, "a: |\n  ---\n  ...\nb: c\n ---\n"}}},
	{"dashes with text right behind them are no marker", "a: b\n----\n---c\n-- -\n....\n", []piece{{1, "a: b\n----\n---c\n-- -\n....\n"}}},
	{"directives belong to the document behind their marker", "%YAML 1.1\n---\na: b\n...\n%YAML 1.1\n--- \nc: d\n---\ne: f\n", []piece{{1, "%YAML 1.1\n---\na: b\n"}, {5, "%YAML 1.1\n--- \nc: d\n"}, {9, "e: f\n"}}},
	{"byte order marks are dropped", "\uFEFFa: b\n---\n\uFEFFc: d\n\uFEFF---\ne: f\n\uFEFFg: h", []piece{{1, "a: b\n"}, {3, "c: d\n"}, {5, "e: f\n\uFEFFg: h"}}},
	{"a JSON file is one document", "\n{\"a\": [{}, \"}{\\\"\"],\n\"b\": 1}\n", []piece{{1, "\n{\"a\": [{}, \"}{\\\"\"],\n\"b\": 1}\n"}}},
	{"JSON values one after the other are documents", "{\"a\": 1}\n{\"b\":\n2} [3]\n---\n{\"c\": 4}{}", []piece{{1, "{\"a\": 1}\n"}, {2, "{\"b\":\n2} "}, {3, "[3]\n"}, {5, "{\"c\": 4}"}, {5, "{}"}}},
	{"braces in YAML's own quotes and comments do not split", "{a: '}{'}\n---\n{b: 1 # }{\n}\n---\n{\"c\": \"\n\"} {\n", []piece{{1, "{a: '}{'}\n"}, {3, "{b: 1 # }{\n}\n"}, {6, "{\"c\": \"\n\"} {\n"}}},
	{"unbalanced brackets stay together", "{\"a\": 1}}\n{]\n", []piece{{1, "{\"a\": 1}}\n{]\n"}}},
}

// piece is a document to compare: its line and its text.
type piece struct {
	line int
	text string
}

func pieces(docs []Document) []piece {
	var found []piece
	for _, doc := range docs {
		found = append(found, piece{doc.Line, string(doc.Bytes)})
	}
	return found
}

func TestStreamsAreSplitIntoDocuments(t *testing.T) {
	for _, c := range splits {
		t.Run(c.law, func(t *testing.T) {
			if got := pieces(Split([]byte(c.stream))); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q gives %v, want %v", c.stream, got, c.want)
			}
			checkSplit(t, []byte(c.stream))
		})
	}
}

func TestDocumentsShareTheMemoryOfTheStream(t *testing.T) {
	stream := []byte("a: b\n---\nc: d\n")
	docs := Split(stream)
	copy(stream, "x")
	stream[9] = 'y'
	if got := pieces(docs); !reflect.DeepEqual(got, []piece{{1, "x: b\n"}, {3, "y: d\n"}}) {
		t.Errorf("%v", got)
	}
}

func TestStreamsInUTF16AreRead(t *testing.T) {
	const text = "a: é😀\n---\nb: c\n"
	for mark, order := range map[string]binary.ByteOrder{"\xFF\xFE": binary.LittleEndian, "\xFE\xFF": binary.BigEndian} {
		stream := []byte(mark)
		for _, unit := range utf16.Encode([]rune(text)) {
			stream = append(stream, 0, 0)
			order.PutUint16(stream[len(stream)-2:], unit)
		}
		want := []piece{{1, "a: é😀\n"}, {3, "b: c\n"}}
		if got := pieces(Split(append(stream, 0))); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v", order, got)
		}
	}
}

func TestTheLargeFileHasAsManyDocumentsAsObjects(t *testing.T) {
	data := large(t)
	docs := Split(data)
	if want := bytes.Count(data, []byte("\nkind: ")); len(docs) != want {
		t.Errorf("%d documents, want %d", len(docs), want)
	}
}
