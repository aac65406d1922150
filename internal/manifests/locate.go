package manifests

import (
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// Field is a field of an object, by its path; "" is the object as a whole.
type Field struct {
	Ref  inventory.Ref
	Path string
}

// Place is where a field stands; the zero Place if its object did not come
// from a file.
type Place struct {
	File string
	Line int
}

// Places gives the place of each field as Locate does. However many fields
// there are, each document is read once.
func (s *Set) Places(fields []Field) []Place {
	places := make([]Place, len(fields))
	for src, wanted := range s.byDocument(fields) {
		paths := make([]string, len(wanted))
		for n, i := range wanted {
			paths[n] = s.sources[fields[i].Ref].path(fields[i].Path)
		}
		for n, line := range yamljson.Lines(s.sources[fields[wanted[0]].Ref].doc.Bytes, paths) {
			places[wanted[n]] = Place{File: src.File, Line: src.Line + line - 1}
		}
	}
	return places
}

// byDocument sorts the positions of fields by the place where the document of
// their object begins.
func (s *Set) byDocument(fields []Field) map[Place][]int {
	out := map[Place][]int{}
	for i, f := range fields {
		if src, ok := s.sources[f.Ref]; ok {
			begins := Place{File: src.file, Line: src.doc.Line}
			out[begins] = append(out[begins], i)
		}
	}
	return out
}

// Locate gives file and line of a field of an object, or of the deepest part
// of the field's path that the file has. It reports false for an object that
// did not come from a file.
func (s *Set) Locate(ref inventory.Ref, field string) (file string, line int, ok bool) {
	p := s.Places([]Field{{Ref: ref, Path: field}})[0]
	return p.File, p.Line, p != Place{}
}

func (s source) line(field string) int { return lineOf(s.doc, s.path(field)) }

// path leads from the root of the document to a field of the object.
func (s source) path(field string) string {
	switch {
	case s.prefix == "":
		return field
	case field == "":
		return s.prefix
	}
	return s.prefix + "." + field
}
