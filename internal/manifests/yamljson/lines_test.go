package yamljson

import (
	"bytes"
	"strconv"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
)

// checkLines checks that the scanner finds each field of doc at the line where the YAML library sees it.
func checkLines(t *testing.T, doc []byte) {
	t.Helper()
	var root yamlv3.Node
	err := yamlv3.Unmarshal(plainEscapes(doc), &root)
	if err != nil || len(root.Content) == 0 || bytes.Contains(bytes.ToLower(doc), []byte(`\ud`)) {
		return
	}
	var paths []string
	var want []int
	eachField(root.Content[0], "", func(path string, line int) {
		paths, want = append(paths, path), append(want, line)
	})
	for i, line := range Lines(doc, paths) {
		if line != want[i] {
			t.Fatalf("%s stands at line %d, not %d:\n%s", paths[i], want[i], line, doc)
		}
	}
}

// eachField visits the fields below node whose keys are text or whole numbers.
func eachField(node *yamlv3.Node, path string, visit func(path string, line int)) {
	for i := range node.Content {
		switch {
		case node.Kind == yamlv3.SequenceNode:
			below := path + "[" + strconv.Itoa(i) + "]"
			visit(below, node.Content[i].Line)
			eachField(node.Content[i], below, visit)
		case i%2 == 0 && isTextKey(node.Content[i]):
			below := path + "[" + strconv.Quote(node.Content[i].Value) + "]"
			visit(below, node.Content[i].Line)
			eachField(node.Content[i+1], below, visit)
		}
	}
}

func isTextKey(key *yamlv3.Node) bool {
	text := []byte(key.Value)
	switch {
	case key.Style != 0:
		return true
	case len(text) == 0:
		return false
	case plainHint[text[0]] == wordHint:
		return plainWord(text) == ""
	}
	return plainHint[text[0]] == 0 || isDecimal(text)
}
