package manifests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// parsed is what one document holds.
type parsed struct {
	objects []located
	errors  []Error
	skipped []string // kinds that are not audited
	items   []Item   // that are left undecoded
	raw     bool     // leave all undecoded
}

type located struct {
	*inventory.Object
	source
}

// header is what tells a Kubernetes object.
type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
}

func parse(d document, buf []byte, undecoded bool) (parsed, []byte) {
	p := parsed{raw: undecoded}
	raw, err := yamljson.ToJSON(d.Bytes, buf[:0])
	if err != nil {
		p.fail(d, "", syntax(d, err))
		return p, buf
	}
	if s := strings.TrimSpace(string(raw[:min(len(raw), 8)])); s == "null" || s == "" {
		return p, raw
	}
	p.object(d, "", raw)
	return p, raw
}

func syntax(d document, err error) Error {
	out := Error{Line: d.Line, Message: err.Error()}
	if e, ok := errors.AsType[*yamljson.Error](err); ok {
		out = Error{Line: d.Line + e.Line - 1, Message: e.Message}
	}
	if bytes.Contains(d.Bytes, []byte("{{")) {
		out.Message += " (a template? helm template renders it)"
	}
	return out
}

func (p *parsed) fail(d document, prefix string, e Error) {
	e.File = d.file
	if e.Line == 0 {
		e.Line = lineOf(d.Document, prefix)
	}
	p.errors = append(p.errors, e)
}

func lineOf(d yamljson.Document, path string) int { return d.Line + yamljson.Line(d.Bytes, path) - 1 }

func (p *parsed) object(d document, prefix string, raw []byte) {
	h, err := readHeader(raw)
	if err != nil {
		p.fail(d, prefix, Error{Message: "not a Kubernetes object: " + describe(err)})
		return
	}
	switch {
	case h.Kind == "" || h.APIVersion == "":
		p.fail(d, prefix, Error{Message: "not a Kubernetes object: it lacks " + lacking(h)})
	case strings.HasSuffix(h.Kind, "List"):
		p.list(d, prefix, raw)
	case p.raw || h.exception():
		p.items = append(p.items, item(d, prefix, h, raw))
	default:
		p.decode(d, prefix, h, raw)
	}
}

// readHeader finds the header without looking into the rest of the object;
// what it does not find as it should be, the library describes.
func readHeader(raw []byte) (header, error) {
	var h header
	if apiVersion, kind, ok := yamljson.Header(raw); ok {
		return header{APIVersion: apiVersion, Kind: kind}, nil
	}
	err := json.Unmarshal(raw, &h)
	return h, err
}

func describe(err error) string {
	var e *json.UnmarshalTypeError
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Field == "" {
		return "found " + article(e.Value) + " where an object was expected"
	}
	return e.Field + " is " + article(e.Value)
}

func article(noun string) string {
	if strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "o") {
		return "an " + noun
	}
	return "a " + noun
}

func lacking(h header) string {
	switch {
	case h.Kind != "":
		return "apiVersion"
	case h.APIVersion != "":
		return "kind"
	}
	return "apiVersion and kind"
}

func (p *parsed) list(d document, prefix string, raw []byte) {
	items, ok := yamljson.Items(raw)
	if !ok {
		p.fail(d, prefix, Error{Message: "a list without a list of items"})
		return
	}
	for i, item := range items {
		at := source{prefix: prefix}.path(fmt.Sprintf("items[%d]", i))
		p.object(d, at, item)
	}
}

func (p *parsed) decode(d document, prefix string, h header, raw []byte) {
	o, err := kinds.Decode(h.APIVersion, h.Kind, raw)
	var unknown *kinds.UnknownKindError
	switch {
	case errors.As(err, &unknown) && !kinds.KnownGroup(unknown.Kind.Group()):
		p.skipped = append(p.skipped, string(unknown.Kind))
	case err != nil:
		p.fail(d, prefix, Error{Message: err.Error()})
	case o.Ref.Name == "" && o.Fault != nil:
		message := fmt.Sprintf("%s whose %s does not decode: %s", h.Kind, o.Fault.Field, o.Fault.Message)
		p.fail(d, prefix, Error{Message: message})
	case o.Ref.Name == "":
		p.fail(d, prefix, Error{Message: h.Kind + " without a metadata.name"})
	default:
		p.objects = append(p.objects, located{o, source{file: d.file, doc: d.Document, prefix: prefix}})
	}
}

// add takes a document's objects over. Of two objects of one reference the
// later counts, as it does for kubectl apply, and the repetition is an error.
func (s *Set) add(p parsed) {
	s.Errors = append(s.Errors, p.errors...)
	s.Exceptions = append(s.Exceptions, p.items...)
	for _, k := range p.skipped {
		s.Skipped[k]++
	}
	for _, o := range p.objects {
		if before, ok := s.sources[o.Ref]; ok {
			s.fail(o.file, o.line(""), fmt.Sprintf("%s is defined a second time; the first is at %s:%d",
				o.Ref, before.file, before.line("")))
		}
		s.put(o.Object, o.source)
	}
}

// put adds an object, or replaces the one of its reference.
func (s *Set) put(o *inventory.Object, src source) {
	if i, ok := s.positions[o.Ref]; ok {
		s.Objects[i] = o
	} else {
		s.positions[o.Ref] = len(s.Objects)
		s.Objects = append(s.Objects, o)
	}
	s.sources[o.Ref] = src
}
