package yamljson

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tokens are what random documents are made of: a blind choice among them hits far more rules of YAML than blind
// bytes do.
var tokens = []string{
	"\n", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n ", "\n\n", "\r\n", " ", "  ", "\t", "\n\t", "\n  \n",
	"a", "b", "c", "d: ", "e:", "f: g", "a: ", "b:\n", "'a': ", "\"b\": ", "h : ", "x y", ": ", ":", " #", "#", " # k\n",
	"- ", "- ", "\n- ", "\n  - ", "-", "\n-\n", "---", "\n---\n", "...", "?", "? ",
	"\"", "'", "''", "\\", "\\n", "\\u00e9", "\\x41", "\\\n", "\"i\"", "'j'", "\"k\n l\"", "'m\n\n n'", "\\/", "\\ud83d\\ude00",
	"|", ">", "|-\n", ">+\n", "|\n  ", ">\n  ", "|2\n", "|+", " |\n    o\n", " >-\n    p\n    q\n\n",
	"[", "]", "{", "}", ",", ", ", "[]", "{}", "[r s, s]", "{t: u}", "{\"v\": 1}", "{\"w\":[1,2]}", "[\n", "\n]", "},\n",
	"1", "0", "-1", "+2", "0x1F", "010", "0b1", "1.5", ".5", "1e3", "1_0", ".", "-.", ".inf", "~", "null", "yes", "off", "y", "8080: ", "2026-01-02",
	"&a ", "*a", "!!str ", "<<: ", "@", "`", "%", "=", "é", "\u2028", "\u0085", "\uFEFF", "\x7f", "\x00", "\xff",
}

func TestRandomDocumentsMeanWhatTheLibrarySays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	known := 0
	const count = 20_000
	for i := range count {
		doc := randomTokens(random)
		if i%2 == 0 {
			doc = randomManifest(random)
		}
		if out, v := scan(doc, nil, nil); v.known {
			known++
			checkSame(t, doc, out)
			checkLines(t, doc)
		}
	}
	if known < count/10 {
		t.Errorf("the scanner knows %d of %d documents: too few to say much", known, count)
	}
}

// randomTokens gives a document of tokens in any order: few of them are YAML.
func randomTokens(random *rand.Rand) []byte {
	var doc bytes.Buffer
	for range 1 + random.IntN(12) {
		doc.WriteString(oneOf(random, tokens))
	}
	return doc.Bytes()
}

// author writes a random YAML document: most of what it writes is right.
type author struct {
	*rand.Rand
	bytes.Buffer
}

// randomManifest gives a document of nested collections, often with a token put somewhere into it.
func randomManifest(random *rand.Rand) []byte {
	w := author{Rand: random}
	w.mapping(0, 0)
	doc := w.Bytes()
	for range max(0, random.IntN(4)-1) {
		at := random.IntN(len(doc) + 1)
		doc = slices.Concat(doc[:at], []byte(oneOf(random, tokens)), doc[at:])
	}
	return doc
}

// mapping writes a block mapping at column col, from where its first key is to stand.
func (w *author) mapping(col, depth int) {
	for i := range 1 + w.IntN(3) {
		if i > 0 {
			w.WriteString(strings.Repeat(" ", col))
		}
		key := oneOf(w.Rand, []string{"k#", "k#", "'q#'", "\"d#\"", "80#", "k #", "no:#"})
		w.WriteString(strings.ReplaceAll(key, "#", strconv.Itoa(i)) + ":")
		w.value(col, depth)
	}
}

// value writes what stands behind a key or a dash in a collection at column col.
func (w *author) value(col, depth int) {
	deeper := col + 1 + w.IntN(3)
	switch {
	case depth > 3 || w.IntN(2) == 0:
		w.WriteString(strings.ReplaceAll(oneOf(w.Rand, values), "\n", "\n"+strings.Repeat(" ", deeper)))
		w.WriteString(oneOf(w.Rand, []string{"\n", "\n", "\n\n", "\r\n", " # c\n", "\n# c\n"}))
	case w.IntN(2) == 0:
		w.WriteString("\n" + strings.Repeat(" ", deeper))
		w.mapping(deeper, depth+1)
	default:
		w.WriteString("\n" + strings.Repeat(" ", deeper))
		w.sequence(deeper, depth+1)
	}
}

// sequence writes a block sequence at column col, from where its first dash is to stand.
func (w *author) sequence(col, depth int) {
	for i := range 1 + w.IntN(3) {
		if i > 0 {
			w.WriteString(strings.Repeat(" ", col))
		}
		w.WriteString("-")
		switch inner := col + 2; {
		case depth > 3 || w.IntN(3) > 0:
			w.value(col, depth)
		case w.IntN(2) == 0:
			w.WriteString(" ")
			w.mapping(inner, depth+1)
		default:
			w.WriteString(" ")
			w.sequence(inner, depth+1)
		}
	}
}

// values are whole values; their lines are to be indented.
var values = []string{
	"", " a", " b c", " d\ne", " f # g", " http://h:80/", " -x", " \"\"", " ''", " 'it''s'", " \"\\ti\"", " \"j\n\n k\"", " 'l\nm '", " \"n\\\n  o\"",
	" |\np\n q", " |-\nr\n\ns\n", " >\nt\nu\n\n v\nw\n", " >-\n x\n", " |+\ny\n\n\n", " |1-\n z", " []", " {}", " [a, \"b\", 'c', 1]", " {a: b, \"c\":1, 'd': [e]}",
	" [a b, c:d , e]", " [ # f\n g , # h\n]", " {a b : c,}",
	" [\na,\n b]", " {a: b,\nc: [\n]}", " 1", " -5", " 0.50", " 010", " 1e2", " true", " No", " ~", " null", " 1.2.3", " 2026-01-02", "\n\"a\"", "\n[b]", "\nc\nd", "\n|\n e",
}

func oneOf[T any](random *rand.Rand, choices []T) T { return choices[random.IntN(len(choices))] }
