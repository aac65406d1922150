package manifests

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Error is a part of the input that could not be used.
type Error struct {
	File    string
	Line    int // 1-based; 0 if the file as a whole is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Set is what was loaded.
type Set struct {
	// Objects in the order of the input, each reference once.
	Objects []*inventory.Object
	Errors  []Error
	// Exceptions are the MeshAuditExceptions, which others decode.
	Exceptions []Item
	// Skipped counts the objects of kinds that MeshAudit does not audit.
	Skipped map[string]int

	sources   map[inventory.Ref]source
	positions map[inventory.Ref]int // in Objects
}

// source is where an object stands.
type source struct {
	file   string
	doc    yamljson.Document
	prefix string // path of the object in its document: items[3], or ""
}

// Load reads files, directories (recursively: *.yaml, *.yml, *.json) and
// standard input.
func Load(paths []string, stdin io.Reader) *Set {
	s := &Set{Skipped: map[string]int{}}
	var docs []document
	for _, path := range paths {
		docs = append(docs, s.read(path, stdin)...)
	}
	s.Objects = make([]*inventory.Object, 0, len(docs))
	s.sources = make(map[inventory.Ref]source, len(docs))
	s.positions = make(map[inventory.Ref]int, len(docs))
	for _, parsed := range parseAll(docs, false) {
		s.add(parsed)
	}
	s.sortErrors()
	return s
}

func (s *Set) sortErrors() {
	slices.SortStableFunc(s.Errors, func(a, b Error) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
}

type document struct {
	yamljson.Document
	file string
}

func (s *Set) read(path string, stdin io.Reader) []document {
	if path == Stdin {
		data, err := io.ReadAll(stdin)
		return s.split("<stdin>", data, err)
	}
	var docs []document
	path, before, files := followed(path), len(s.Errors), 0
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			s.fail(file, 0, reason(err))
		case !d.IsDir() && (file == path || isManifest(file)):
			files++
			data, err := os.ReadFile(file) //nolint:gosec // the user names the files
			docs = append(docs, s.split(file, data, err)...)
		}
		return nil
	})
	switch {
	case err != nil:
		s.fail(path, 0, reason(err))
	case files == 0 && len(s.Errors) == before:
		s.fail(path, 0, "a directory without any *.yaml, *.yml or *.json file")
	}
	return docs
}

// followed makes a walk go through a directory that is named by a link.
func followed(path string) string {
	link, err := os.Lstat(path)
	if err != nil || link.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	if target, err := os.Stat(path); err != nil || !target.IsDir() {
		return path
	}
	return path + string(filepath.Separator)
}

func isManifest(file string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(file))
}

// reason drops the path from an error of the file system: it is named anyway.
func reason(err error) string {
	if _, after, ok := strings.Cut(err.Error(), ": "); ok {
		return after
	}
	return err.Error()
}

func (s *Set) split(file string, data []byte, err error) []document {
	if err != nil {
		s.fail(file, 0, reason(err))
		return nil
	}
	parts := yamljson.Split(data)
	docs := make([]document, len(parts))
	for i := range parts {
		docs[i] = document{Document: parts[i], file: file}
	}
	return docs
}

func (s *Set) fail(file string, line int, message string) {
	s.Errors = append(s.Errors, Error{File: file, Line: line, Message: message})
}

// parseAll parses documents on all cores and keeps their order.
func parseAll(docs []document, undecoded bool) []parsed {
	out := make([]parsed, len(docs))
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			var buf []byte
			for i := w; i < len(docs); i += workers {
				out[i], buf = parse(docs[i], buf, undecoded)
			}
		})
	}
	group.Wait()
	return out
}
