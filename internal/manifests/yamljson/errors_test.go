package yamljson

import (
	"errors"
	"strings"
	"testing"
)

// faults are documents that cannot be read, with the line to look at and some words of the message.
var faults = []struct {
	law     string
	doc     string
	line    int
	message string
}{
	{"a key may stand once in a mapping", "a: 1\nb: 2\na:\n  c: 3\n", 3, `"a" stands twice`},
	{"a key may stand once in a nested mapping", "a:\n- b: 1\n  'c': 2\n  \"b\": 3\n", 4, `"b" stands twice`},
	{"a key may stand once in a flow mapping", "a: {b: 1, c: 2,\n  b: 3}\n", 2, `"b" stands twice`},
	{"a key may stand once in JSON", "{\"a\": 1,\n\"\\u0061\": \"\\/\"}", 2, `"a" stands twice`},
	{"a number and its text are one key", "8080: a\n\"8080\": b\n", 2, `"8080" stands twice`},
	{"a key may stand once among anchors", "x: &x 1\na: 1\nb: 2\na: 3\n", 4, "stands twice"},
	{"indentation must match a collection", "a:\n  b: c\n d: e\n", 3, "indentation"},
	{"a value and a mapping exclude each other", "x: 1\na: b\n  c: d\n", 3, "indentation"},
	{"a list and a mapping exclude each other", "a: b\n- c\n", 2, "expected a key"},
	{"a mapping and a list exclude each other", "- a\nb: c\n", 2, `("- ")`},
	{"a value has no second key", "x: 1\na: b: c\n", 2, "quote the text"},
	{"a list starts on a line of its own", "x: 1\na: - b\n", 2, "line of its key"},
	{"a key needs a colon", "a: b\nfoo\nc: d\n", 2, `expected "key: value"`},
	{"a colon needs a blank behind it", "a: b\nc:d\n", 2, `expected "key: value"`},
	{"tabs do not indent", "a:\n\tb: c\n", 2, "tab"},
	{"tabs do not indent block scalars", "a: |\n\tb\n", 2, "tab"},
	{"some characters need quotes", "a: b\nc: @d\n", 2, "must be quoted"},
	{"quotes must be closed", "a: b\nc: \"d\ne: f\n", 2, "quote"},
	{"quotes must be closed on the first line too", "a: 'b\nc: d\ne: f\n", 1, "quote"},
	{"quotes end the value", "a: b\nc: 'it's'\n", 2, "quotes"},
	{"brackets must be closed", "a: b\nc: [d, e\nf: g\n", 3, "closing bracket"},
	{"brackets must be closed before the end", "a: b\nc: [d, e\n", 2, "closing bracket"},
	{"commas separate the fields of JSON", "{\n\"a\": {\n\"b\": 1,\n\"c\": 2\n\"d\": 3\n}}", 5, "comma"},
	{"templates must be rendered", "a: b\nc: {{ .Values.d }}\n", 2, "template"},
	{"templates around lines must be rendered", "{{- if .Values.a }}\nb: c\n{{- end }}\n", 1, "expected a value"},
	{"aliases need their anchor", "a: b\nc:\n- *d\n", 3, "*d names no anchor"},
	{"anchors may not hold themselves", "a: b\nc: &c [*c]\n", 2, "contains itself"},
	{"merge keys need a mapping", "a: b\n<<: c\n", 2, `"<<" needs a mapping`},
	{"tags must fit their value", "a: b\nc: !!int d\n", 2, "cannot decode"},
	{"tags need a known prefix", "a: b\nc: !d!e f\n", 2, "unknown prefix"},
	{"collections are no keys", "a: b\n? [c]\n: d\n", 2, "is a list or a mapping"},
	{"null is no key", "a: b\n~: c\n", 2, "a key is null"},
	{"infinity has no JSON", "a: b\nc: -.inf\n", 2, "infinity"},
	{"not-a-number has no JSON", "a: b\nc: .nan\n", 2, "infinity"},
	{"text must be UTF-8", "a: b\nc: \xff\n", 2, "UTF-8"},
	{"control characters are no text", "a: b\nc: \x01\n", 2, "control characters"},
	{"escape sequences must be known", "a: b\nc: \"\\d\"\n", 2, "escape"},
	{"nothing follows a flow collection", "{a: b}\nc: d\n", 2, "after the end"},
	{"nothing follows JSON", "{\"a\": 1}\n}", 2, "after the end"},
	{"odd line breaks hide no document", "a: b\r---\rc: d\n", 1, "after the end"},
	{"aliases may not fill the memory", hostile["aliases that multiply"], 1, "repeat too much"},
}

func TestFaultsAreNamedWithTheirLine(t *testing.T) {
	for _, c := range faults {
		t.Run(c.law, func(t *testing.T) {
			_, err := ToJSON([]byte(c.doc), nil)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("no fault found: %v", err)
			}
			if e.Line != c.line || !strings.Contains(e.Message, c.message) {
				t.Errorf("%v; want line %d, %q", err, c.line, c.message)
			}
			if strings.Contains(e.Message, "yaml:") {
				t.Errorf("the library's own words: %v", err)
			}
		})
	}
}
