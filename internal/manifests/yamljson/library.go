package yamljson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// keyTwice is what the library says of a key that a mapping has twice.
const keyTwice = "already set in map"

// convert gives the JSON of a document through the library. left is the line where the scanner gave up. Errors are of
// type *Error. A library that panics does not take the process with it.
func convert(doc []byte, left int) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, &Error{left, fmt.Sprintf("the YAML library fails on this document: %v", p)}
		}
	}()
	if err := checkText(doc); err != nil {
		return nil, err
	}
	structure := checkStructure(doc)
	if e := (*Error)(nil); errors.As(structure, &e) {
		return nil, e
	}
	out, err = yaml.YAMLToJSONStrict(doc)
	if err == nil {
		return out, nil
	}
	if json.Valid(doc) && !strings.Contains(err.Error(), keyTwice) {
		return doc, nil // the library does not know all of JSON
	}
	return nil, explain(doc, left, err, structure)
}

// checkText finds bytes that no YAML document may hold. JSON strings may hold some of them.
func checkText(doc []byte) error {
	if !utf8.Valid(doc) {
		return &Error{lineAt(doc, invalidAt(doc)), "this is not UTF-8 text"}
	}
	i := bytes.IndexFunc(doc, isControl)
	if i < 0 || json.Valid(doc) {
		return nil
	}
	r, _ := utf8.DecodeRune(doc[i:])
	return &Error{lineAt(doc, i), fmt.Sprintf("control characters (here %#U) are not allowed", r)}
}

// invalidAt gives the index of the first byte that is not UTF-8.
func invalidAt(doc []byte) int {
	i := 0
	for r, size := utf8.DecodeRune(doc); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(doc[i:]) {
		i += size
	}
	return i
}

// lineAt gives the line of index i.
func lineAt(doc []byte, i int) int { return 1 + bytes.Count(doc[:i], []byte("\n")) }

func isControl(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\u0085':
		return false
	case '\uFFFE', '\uFFFF':
		return true
	}
	return r < ' ' || r >= 0x7F && r < 0xA0
}

// checkStructure finds what the library passes over in silence: text after the end of the document, and aliases that
// repeat so much that they would fill the memory. It gives an *Error for those, and the error of the YAML library's
// next version where that cannot read the document at all.
func checkStructure(doc []byte) error {
	var root, more yamlv3.Node
	nodes := yamlv3.NewDecoder(bytes.NewReader(doc))
	if err := nodes.Decode(&root); err != nil {
		return ignoreEOF(err)
	}
	if limit := 10*len(doc) + 8<<20; expanded(&root, map[*yamlv3.Node]int{}, limit) > limit {
		return &Error{1, "aliases repeat too much of the document"}
	}
	err := nodes.Decode(&more)
	if errors.Is(err, io.EOF) {
		return nil
	}
	line := more.Line
	if err != nil {
		line = noticedFrom0.line(doc, 0, err, nil)
	}
	return &Error{within(line, doc), "text follows after the end of the document"}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// expanded gives about how many bytes of JSON a node takes once its aliases are replaced by what they stand for, or
// more than limit where it is more than that.
func expanded(n *yamlv3.Node, known map[*yamlv3.Node]int, limit int) int {
	if size, ok := known[n]; ok {
		return size
	}
	known[n] = 0 // an anchor within itself: the library rejects it
	size := len(n.Value) + 4
	if n.Alias != nil {
		size = expanded(n.Alias, known, limit)
	}
	for _, child := range n.Content {
		size = min(size+expanded(child, known, limit), limit+1)
	}
	known[n] = size
	return size
}
