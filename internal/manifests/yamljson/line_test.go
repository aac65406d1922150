package yamljson

import (
	"strings"
	"testing"
)

const lineDocument = `# a comment
apiVersion: v1
kind: VirtualService
metadata:
  labels:
    istio.io/rev: a
  annotations: {"sidecar.istio.io/inject": "true",
    other: x}
spec:
  http:

  - route:
    - destination:
        host: a
    - destination: {host: b,
        port: {number: 80}}
  -
    name: second
  -
  portLevelMtls:
    8080:
      mode: STRICT
  odd:
    "a]b": 1
    'c"d': 2
    e.f: 3
`

var lines = []struct {
	path string
	line int
}{
	{"kind", 3},
	{"metadata", 4},
	{`metadata.labels["istio.io/rev"]`, 6},
	{"metadata.annotations[sidecar.istio.io/inject]", 7},
	{"metadata.annotations[other]", 8},
	{"spec.http", 10},
	{"spec.http[0]", 12},
	{"spec.http[0].route[0].destination.host", 14},
	{"spec.http[0].route[1].destination.host", 15},
	{"spec.http[0].route[1].destination.port.number", 16},
	{"spec.http[1]", 18},
	{"spec.http[1].name", 18},
	{"spec.http[2]", 19},
	{"spec.portLevelMtls[8080].mode", 22},
	{`spec.portLevelMtls["8080"]`, 21},
	{`spec.odd["a]b"]`, 24},
	{`spec.odd["c\"d"]`, 25},
	{"spec.odd[e.f]", 26},

	{"spec.http[0].route[0].destination.subset", 13},
	{"spec.http[0].match[0].uri", 12},
	{"spec.http[7].route", 10},
	{"spec.http.route", 10},
	{"spec.http[x]", 10},
	{"spec.http[-1]", 10},
	{"spec.portLevelMtls[9090].mode", 20},
	{"status.conditions", 2},
	{"", 2},
	{".", 2},
	{"kind.name[0]", 3},
	{`metadata["labels`, 4},
	{"metadata[labels", 4},
	{"metadata..labels", 4},
}

func TestFieldsAreFoundAtTheirLine(t *testing.T) {
	// A tag makes the same document one for the library.
	for name, doc := range map[string]string{"scanner": lineDocument, "library": lineDocument + "  tag: !!str 1\n"} {
		for _, c := range lines {
			if got := Line([]byte(doc), c.path); got != c.line {
				t.Errorf("%s: %q is at line %d, want %d", name, c.path, got, c.line)
			}
		}
	}
}

func TestManyFieldsAreFoundInOnePass(t *testing.T) {
	paths := make([]string, 0, len(lines))
	for _, c := range lines {
		paths = append(paths, c.path)
	}
	for i, got := range Lines([]byte(lineDocument), paths) {
		if got != lines[i].line {
			t.Errorf("%q is at line %d, want %d", lines[i].path, got, lines[i].line)
		}
	}
}

func TestFieldsOfListItemsAreFound(t *testing.T) {
	const list = "kind: List\nitems:\n- kind: A\n  spec:\n    x: 1\n- kind: B\n  spec:\n    z: 2\n"
	if got := Line([]byte(list), "items[1].spec.z"); got != 8 {
		t.Errorf("line %d", got)
	}
}

func TestFieldsOfJSONAreFound(t *testing.T) {
	const object = "{\n\"a\": [\n{\"b\\/b\": \"\\ud83d\\ude00\\/\\\\\"},\n{\"c\": 1}\n],\n\"d\":\n2}"
	for path, want := range map[string]int{"a": 2, "a[0].b/b": 3, "a[1].c": 4, "d": 6, "": 1} {
		if got := Line([]byte(object), path); got != want {
			t.Errorf("%q is at line %d, want %d", path, got, want)
		}
		half := strings.Replace(object, `\ude00`, "", 1) // which the scanner leaves to the library
		if got := Line([]byte(half), path); got != want {
			t.Errorf("%q is at line %d, want %d", path, got, want)
		}
	}
}

func TestFieldsBehindAliasesAreFoundWhereTheyAreDefined(t *testing.T) {
	const doc = "a: &a\n  b: 1\nc: *a\nd:\n  <<: *a\n  e: 2\nf:\n  <<: [{g: 3},\n    {h: 4}]\n"
	for path, want := range map[string]int{"c.b": 2, "d.b": 2, "d.e": 6, "f.g": 8, "f.h": 9, "f.i": 7} {
		if got := Line([]byte(doc), path); got != want {
			t.Errorf("%q is at line %d, want %d", path, got, want)
		}
	}
}

func TestAMergeKeyThatHoldsItselfEnds(t *testing.T) {
	if got := Line([]byte("a: &a\n  <<: *a\n"), "a.b"); got != 1 {
		t.Errorf("line %d", got)
	}
}

func TestDocumentsThatCannotBeReadHaveOneLine(t *testing.T) {
	for _, doc := range []string{"", "a: [", "\xff", "text"} {
		if got := Line([]byte(doc), "a.b"); got != 1 {
			t.Errorf("%q: line %d", doc, got)
		}
	}
}
