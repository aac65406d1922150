package yamljson

import (
	"fmt"
	"strings"
	"testing"
)

// hostile are documents that cost much time or memory if read without care.
var hostile = map[string]string{
	"many keys":               manyLines(200_000, func(i int) string { return fmt.Sprintf("key%d: %d", i, i) }),
	"many keys in one line":   "{" + manyLines(200_000, func(i int) string { return fmt.Sprintf(`"k%d":%d,`, i, i) }) + `"z":0}`,
	"one long line":           "[" + strings.Repeat(`{"a":"b","c":[1,2]},`, 100_000) + "1]",
	"deep block":              manyLines(5_000, func(i int) string { return strings.Repeat(" ", i) + "a:" }),
	"deep dashes":             strings.Repeat("- ", 5_000) + "a",
	"deep brackets":           strings.Repeat("[", 50_000),
	"deep braces":             strings.Repeat(`{"a":`, 50_000),
	"many brackets to close":  strings.Repeat("]", 500_000),
	"many comments":           strings.Repeat("# a\n", 500_000) + "a: b",
	"a quote without end":     "a: \"" + strings.Repeat("b\n", 500_000),
	"many unusual characters": "a: b\n# " + strings.Repeat("\u2028", 200_000),
	"many control characters": "{\"a\": \"" + strings.Repeat("\x7f", 200_000) + "\"}",
	"many items without text": strings.Repeat("-\n", 300_000),
	"many line breaks":        "a: |\n" + strings.Repeat("\n", 500_000) + "b: c\n d",
	"aliases that multiply":   "a: &a \"" + strings.Repeat("x", 1_000_000) + "\"\nb: [" + strings.Repeat("*a,", 50_000) + strings.Repeat("0,", 200_000) + "]",
	"aliases of aliases": manyLines(12, func(i int) string {
		return fmt.Sprintf("a%d: &a%d [%s]", i, i, strings.Repeat(fmt.Sprintf("*a%d,", max(i-1, 0)), 10))
	}),
}

func manyLines(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i) + "\n")
	}
	return b.String()
}

// A reader whose time grows with the square of the document runs into the time limit of the test.
func TestNoDocumentTakesMoreThanLinearTimeOrMemory(t *testing.T) {
	for name, doc := range hostile {
		size := 0
		for _, d := range Split([]byte(doc)) {
			if out, err := ToJSON(d.Bytes, nil); err == nil {
				size += len(out)
			}
			Line(d.Bytes, "a.b[2].c")
		}
		if size > 20*len(doc)+1000 {
			t.Errorf("%s: %d bytes of YAML become %d bytes of JSON", name, len(doc), size)
		}
	}
}
