package yamljson

import (
	"strconv"

	yamlv3 "go.yaml.in/yaml/v3"
)

// Line gives the line of one document at which a field stands: the line of its key, or of the item of a sequence.
// Where the field is absent, it is the line of the deepest part of the path that exists; 1 for a document that cannot
// be read.
//
// A path names fields as Kubernetes does: spec.http[0].match, metadata.labels["istio.io/rev"],
// metadata.annotations[sidecar.istio.io/inject], spec.portLevelMtls[8080].mode. What stands in brackets is a key or an
// index, whichever the node has.
func Line(doc []byte, path string) int { return Lines(doc, []string{path})[0] }

// Lines gives the line of each path in one pass over the document, as Line does for a single one.
func Lines(doc []byte, paths []string) []int {
	root := &target{}
	chains := make([][]*target, len(paths))
	for i, path := range paths {
		chains[i] = root.add(steps(path))
	}
	locate(doc, root)
	lines := make([]int, len(paths))
	for i, chain := range chains {
		lines[i] = deepest(chain)
	}
	return lines
}

// deepest gives the line of the last target of a chain that was found.
func deepest(chain []*target) int {
	line := 1
	for _, t := range chain {
		if t.line == 0 {
			break
		}
		line = t.line
	}
	return line
}

// locate notes the lines of the targets in doc.
func locate(doc []byte, root *target) {
	if _, v := scan(doc, make([]byte, 0, len(doc)), root); v.known {
		return
	}
	root.forget()
	var node yamlv3.Node
	if err := yamlv3.Unmarshal(plainEscapes(doc), &node); err != nil || len(node.Content) == 0 {
		return
	}
	root.line = node.Content[0].Line
	root.locate(node.Content[0])
}

// locate notes the lines of the targets below t, which is node.
func (t *target) locate(node *yamlv3.Node) {
	if node.Alias != nil {
		node = node.Alias
	}
	for _, below := range t.next {
		at, value := child(node, below.step, 0)
		if value == nil {
			continue
		}
		below.line = at
		below.locate(value)
	}
}

// child gives the value of a mapping's key or the item of a sequence, and the line where that stands. What a merge key
// brings stands where it is defined.
func child(node *yamlv3.Node, step string, merges int) (line int, value *yamlv3.Node) {
	if node.Alias != nil {
		node = node.Alias
	}
	if node.Kind == yamlv3.SequenceNode {
		return item(node, step)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == step {
			return node.Content[i].Line, node.Content[i+1]
		}
	}
	for i := 0; i+1 < len(node.Content) && merges < maxDepth; i += 2 {
		if node.Content[i].Tag == "!!merge" {
			return merged(node.Content[i+1], step, merges+1)
		}
	}
	return 0, nil
}

func item(node *yamlv3.Node, step string) (line int, value *yamlv3.Node) {
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i >= len(node.Content) {
		return 0, nil
	}
	return node.Content[i].Line, node.Content[i]
}

// merged looks for a key in what a merge key names: a mapping or a list of mappings.
func merged(node *yamlv3.Node, step string, merges int) (line int, value *yamlv3.Node) {
	if node.Kind != yamlv3.SequenceNode {
		return child(node, step, merges)
	}
	for _, mapping := range node.Content {
		if line, value := child(mapping, step, merges); value != nil {
			return line, value
		}
	}
	return 0, nil
}

// plainEscapes gives a JSON document without the escape sequences that the YAML library does not know: a slash needs
// none, and halves of surrogate pairs, which no field is named by, become other characters.
func plainEscapes(doc []byte) []byte {
	start := contentStart(doc)
	if start == len(doc) || !opensFlow(doc[start]) {
		return doc
	}
	out := make([]byte, 0, len(doc))
	for i := 0; i < len(doc); i++ {
		if doc[i] != '\\' || i+2 >= len(doc) {
			out = append(out, doc[i])
			continue
		}
		switch i++; {
		case doc[i] == '/':
			out = append(out, '/')
		case doc[i] == 'u' && doc[i+1]|0x20 == 'd':
			out = append(out, '\\', 'u', 'c')
			i++
		default:
			out = append(out, '\\', doc[i])
		}
	}
	return out
}
