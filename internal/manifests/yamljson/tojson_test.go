package yamljson

import (
	"bytes"
	"strings"
	"testing"
)

// conversions are documents and their JSON. The scanner reads those that are common; the others take the library.
var conversions = []struct {
	law    string
	yaml   string
	json   string
	common bool
}{
	{"block mappings nest by indentation", "a:\n  b:\n    c: d\n  e: f\n", `{"a":{"b":{"c":"d"},"e":"f"}}`, true},
	{"a whole document may be indented", "  a: b\n  c: d\n", `{"a":"b","c":"d"}`, true},
	{"the last line needs no line break", "a:\n- b", `{"a":["b"]}`, true},
	{"CR LF ends lines", "a: b\r\nc:\r\n- d\r\n\r\n# e\r\nf: |\r\n  g\r\n  h\r\n", `{"a":"b","c":["d"],"f":"g\nh\n"}`, true},
	{"sequences may stand at the column of their key", "a:\n- b\n- c\nd:\n  - e\n", `{"a":["b","c"],"d":["e"]}`, true},
	{"a mapping may start behind a dash", "- a: b\n  c:\n  - d: e\n-   f: g\n    h: i\n", `[{"a":"b","c":[{"d":"e"}]},{"f":"g","h":"i"}]`, true},
	{"a sequence may start behind a dash", "- - a\n  - b\n- - - c\n", `[["a","b"],[["c"]]]`, true},
	{"a node may stand on the line after its dash or key", "-\n  a:\n    b\n-\n  - c\n- d:\n    \"e\"\n", `[{"a":"b"},["c"],{"d":"e"}]`, true},
	{"an absent value is null", "a:\nb: # c\nd:\n- \n-\ne: ~\n", `{"a":null,"b":null,"d":[null,null],"e":null}`, true},
	{"comments and empty lines say nothing", "# a\n\nb: c # d\n  # e\n\n\n   # f\ng: 'h' # i\nj: k#l\n", `{"b":"c","g":"h","j":"k#l"}`, true},
	{"booleans are those of YAML 1.1", "a: [yes, No, on, OFF, y, n, true, FALSE, nO, tRUE]\n", `{"a":[true,false,true,false,true,false,true,false,"nO","tRUE"]}`, true},
	{"numbers are those of YAML 1.1", "a: [1, -2, +3, 010, 0o17, 0x1F, 0b11, 1_000, 0.5, .5, 1., 1e3, -0, 08]\n", `{"a":[1,-2,3,8,15,31,3,1000,0.5,0.5,1,1000,0,8]}`, true},
	{"what only looks like a number is text", "a: [1.2.3, 10.0.0.1, 100m, 1Gi, 1e, 0x, 5s, ., .., .a, -., 1-2, e5]\n", `{"a":["1.2.3","10.0.0.1","100m","1Gi","1e","0x","5s",".","..",".a","-.","1-2","e5"]}`, false},
	{"large numbers keep all digits as long as they fit", "a: 18446744073709551615\nb: -9223372036854775808\nc: 18446744073709551616\n", `{"a":18446744073709551615,"b":-9223372036854775808,"c":18446744073709552000}`, true},
	{"times are text", "a: 2026-01-02\nb: 2026-01-02T03:04:05Z\n", `{"a":"2026-01-02","b":"2026-01-02T03:04:05Z"}`, true},
	{"whole numbers and booleans are keys as text", "8080: a\n-1: b\non: c\nNO: d\n", `{"8080":"a","-1":"b","true":"c","false":"d"}`, true},
	{"plain text may hold quotes, colons, dashes and backslashes", "a: it's \"b\"\nc: d:e\nf: -g\nh: :i\nj: C:\\k\nl: m - n\n", `{"a":"it's \"b\"","c":"d:e","f":"-g","h":":i","j":"C:\\k","l":"m - n"}`, true},
	{"plain text goes on in deeper lines", "a: b\n  c\n   - d\n\n\n  e # f\ng: h\n", `{"a":"b c - d\n\ne","g":"h"}`, true},
	{"single quotes know one escape", "a: 'it''s \"b\" \\n'\n'c d': ''\n", `{"a":"it's \"b\" \\n","c d":""}`, true},
	{"double quotes know many escapes", `a: "\0\a\b\t\n\v\f\r\e\ \"\'\\\N\_\L\P\x41\u00e9\U0001F600	"` + "\n", `{"a":"\u0000\u0007\u0008\t\n\u000b\u000c\r\u001b \"'\\` + "\u0085\u00a0\u2028\u2029" + `Aé😀\t"}`, true},
	{"quoted text goes on in further lines", "a: \"b \n\n  c\\\n   \\ d \\\n\n  e\"\nf: 'g\n  h'\n", `{"a":"b\nc d \ne","f":"g h"}`, true},
	{"literal scalars keep their lines", "a: |\n\n  b\n    c\n   \n  d\t#e\n\nf: g\n", `{"a":"\nb\n  c\n \nd\t#e\n","f":"g"}`, true},
	{"block scalars strip, clip or keep the end", "a: |-\n  x\n\nb: |\n  x\n\nc: |+\n  x\n\nd: >-\n  x\n", `{"a":"x","b":"x\n","c":"x\n\n","d":"x"}`, true},
	{"block scalars may say their indentation", "a: |2-\n    b\n  c\nd:\n- |1\n   e\n", `{"a":"  b\nc","d":["  e\n"]}`, true},
	{"folded scalars join lines of equal indentation", "a: >\n  b\n  c\n\n  d\n    e\n  f\n\n\n    g\n\n", `{"a":"b c\nd\n  e\nf\n\n\n  g\n"}`, true},
	{"block scalars may be empty", "a: |\nb: >-\n\nc: |+\n\n", `{"a":"","b":"","c":"\n"}`, true},
	{"a block scalar ends where the indentation does", "a:\n- |\n  b\n  # c\n # d\n- e\n", `{"a":["b\n# c\n","e"]}`, true},
	{"flow collections nest", "a: {b: [c, {d: e}, []], \"f\": {}, 'g': -1}\nh: [ ]\n", `{"a":{"b":["c",{"d":"e"},[]],"f":{},"g":-1},"h":[]}`, true},
	{"flow collections may be items", "- {a: b}\n- - {e: f, g: [h]}\n  - | # i: j\n   k\n", `[{"a":"b"},[{"e":"f","g":["h"]},"k\n"]]`, true},
	{"flow collections may take several lines", "a: [\n  b,\n\tc\n]\nd: {\n\"e\": 1,\n  f: 2 }\n", `{"a":["b","c"],"d":{"e":1,"f":2}}`, true},
	{"flow text may hold blanks and colons", "a: [b c, d:e f , http://g:80]\nh: {i j: k  l , m : o}\n", `{"a":["b c","d:e f","http://g:80"],"h":{"i j":"k  l","m":"o"}}`, true},
	{"a comma may end a flow collection", "a: [b,]\nc: {d: e,\n}\n", `{"a":["b"],"c":{"d":"e"}}`, true},
	{"flow collections may have comments", "a: [ # b\n  c, # d]\n  # e\n  \"f\" # g\n]\n", `{"a":["c","f"]}`, true},
	{"JSON is YAML", "{\"a\" : [1,2.50,\"\\/\\ud83d\\ude00\"],\"b\":{},\n\t\"c\":null}", `{"a":[1,2.5,"/😀"],"b":{},"c":null}`, true},
	{"JSON strings may hold what YAML forbids", "{\"a\":\"\u2028\x7f\"}", "{\"a\":\"\u2028\x7f\"}", true},
	{"all of Unicode is text", "ключ: значение\nb: é 😀\n", `{"ключ":"значение","b":"é 😀"}`, true},
	{"long text is no key", "- " + strings.Repeat("x", 5000) + "\n", `["` + strings.Repeat("x", 5000) + `"]`, true},

	{"a flow sequence may hold single pairs", "a: [b: c]\n", `{"a":[{"b":"c"}]}`, false},
	{"anchors and aliases repeat a value", "a: &x {b: c}\nd: *x\n", `{"a":{"b":"c"},"d":{"b":"c"}}`, false},
	{"merge keys bring in a mapping", "a: &x {b: c}\nd:\n  <<: *x\n  e: f\n", `{"a":{"b":"c"},"d":{"b":"c","e":"f"}}`, false},
	{"tags are heeded", "a: !!str 5\n", `{"a":"5"}`, false},
	{"keys may be explicit", "? a\n: b\n", `{"a":"b"}`, false},
	{"blanks may stand before a colon", "a : b\n", `{"a":"b"}`, false},
	{"tabs may stand after a value", "a: b\t# c\n", `{"a":"b"}`, false},
	{"directives are heeded", "%YAML 1.1\n---\na: b\n", `{"a":"b"}`, false},
	{"floats are keys as text", "1.5: a\n", `{"1.5":"a"}`, false},
	{"unusual line breaks are line breaks", "a: b\u0085c: d\re: f\n", `{"a":"b","c":"d","e":"f"}`, false},
	{"a document may be one scalar", "|\n a\n", `"a\n"`, false},
	{"a document may be empty", "# nothing\n", `null`, false},
	{"deep nesting is no problem", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), strings.Repeat("[", 1000) + strings.Repeat("]", 1000), false},
}

func TestDocumentsBecomeTheJSONThatTheLibraryGives(t *testing.T) {
	for _, c := range conversions {
		t.Run(c.law, func(t *testing.T) {
			out, err := ToJSON([]byte(c.yaml), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(canonical(t, out), canonical(t, []byte(c.json))) {
				t.Errorf("%q is\n%s, not\n%s", c.yaml, out, c.json)
			}
			checkSame(t, []byte(c.yaml), out)
		})
	}
}

func TestCommonDocumentsDoNotTakeTheLibrary(t *testing.T) {
	for _, c := range conversions {
		if _, v := scan([]byte(c.yaml), nil, nil); v.known != c.common {
			t.Errorf("%s: the scanner knows %v, want %v (line %d of %q)", c.law, v.known, c.common, v.line, c.yaml)
		}
	}
	for _, doc := range realDocuments(t) {
		if _, v := scan(doc, nil, nil); v.known == bytes.Contains(doc, []byte("&labels")) {
			t.Errorf("the scanner knows %v (line %d) of\n%s", v.known, v.line, doc)
		}
	}
}

func TestRealDocumentsMeanWhatTheLibrarySays(t *testing.T) {
	for _, doc := range realDocuments(t) {
		out, err := ToJSON(doc, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkSame(t, doc, out)
	}
}

func TestKeysKeepTheirOrder(t *testing.T) {
	out, err := ToJSON([]byte("z: 1\na: 2\nm: 3\n"), nil)
	if want := `{"z":1,"a":2,"m":3}`; string(out) != want || err != nil {
		t.Errorf("%s, %v", out, err)
	}
}

func TestJSONIsAppendedToTheBuffer(t *testing.T) {
	buf := []byte("before ")
	for _, doc := range []string{"a: 1", "a: !!int 1"} {
		out, err := ToJSON([]byte(doc), buf)
		if want := `before {"a":1}`; string(out) != want || err != nil {
			t.Errorf("%s, %v", out, err)
		}
	}
	if out, err := ToJSON([]byte("a: ["), buf); string(out) != "before " || err == nil {
		t.Errorf("%s, %v", out, err)
	}
}
