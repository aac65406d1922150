package yamljson

import "fmt"

// Error says why a document could not be read.
type Error struct {
	Line    int // in the document, from 1
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// ToJSON appends the JSON of one document, as Split gives it, to buf and returns the result. The JSON means what
// sigs.k8s.io/yaml would say, with keys in the order of the document. A key that a mapping has twice is an error, and
// so is text after the document's end. Errors are of type *Error; buf is then returned as it came.
func ToJSON(doc, buf []byte) ([]byte, error) {
	out, v := scan(doc, buf, nil)
	switch {
	case v.known:
		return out, nil
	case v.twice != "":
		return buf, &Error{v.line, fmt.Sprintf("the key %s stands twice in one mapping", v.twice)}
	}
	out, err := convert(doc, v.line)
	if err != nil {
		return buf, err
	}
	return append(buf, out...), nil
}
