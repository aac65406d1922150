package manifests

import (
	"bytes"
	"io"
	"strings"
)

// Item is an object that is left undecoded.
type Item struct {
	APIVersion, Kind string
	JSON             []byte
	source
}

// Place says where a field of the object stands, or the deepest part of the
// field's path that the file has; "" is the object as a whole.
func (i *Item) Place(field string) Place { return Place{File: i.file, Line: i.line(field)} }

// Items reads the same input as [Load], and decodes none of the objects.
func Items(paths []string, stdin io.Reader) ([]Item, []Error) {
	var s Set
	var docs []document
	for _, path := range paths {
		docs = append(docs, s.read(path, stdin)...)
	}
	for _, parsed := range parseAll(docs, true) {
		s.add(parsed)
	}
	s.sortErrors()
	return s.Exceptions, s.Errors
}

func item(d document, prefix string, h header, raw []byte) Item {
	return Item{
		APIVersion: h.APIVersion, Kind: h.Kind, JSON: bytes.Clone(raw),
		source: source{file: d.file, doc: d.Document, prefix: prefix},
	}
}

// exception tells of a MeshAuditException, of any version.
func (h header) exception() bool {
	return h.Kind == "MeshAuditException" && strings.HasPrefix(h.APIVersion, "meshaudit.io/")
}
