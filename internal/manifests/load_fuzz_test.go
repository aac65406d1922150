package manifests_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// FuzzLoad reads anything as standard input. Nothing is lost silently: each
// object is a value or a fault, each error and each field has a line of the
// input, and a sound object behind it all is read.
func FuzzLoad(f *testing.F) {
	for _, file := range fixtureFiles(f) {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n",
		`{"apiVersion":"v1","kind":"ServiceList","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}]}`,
		cart + "---\n" + cart, "{}\n---\n[]\n--- # c\nnull\n...\n", "a: |\n  ---\n---\n{{- x }}\n", "\ufeffa: &x b\nc: *x\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := read(text)
		expectPlaces(t, s, 1+bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r")))
		again := read(text)
		if names(s) != names(again) || fmt.Sprint(errorsOf(s)) != fmt.Sprint(errorsOf(again)) {
			t.Errorf("read twice: %q %q, then %q %q", names(s), errorsOf(s), names(again), errorsOf(again))
		}
		s.Batch(false)
		behind := read(slices.Concat(text, []byte("\n---\n"+cart)))
		if !slices.ContainsFunc(behind.Objects, func(o *inventory.Object) bool { return o.Ref == kinds.Services.Ref("shop", "cart") }) {
			t.Errorf("what stands behind is lost: %q, %q", names(behind), errorsOf(behind))
		}
	})
}

func fixtureFiles(f *testing.F) []string {
	f.Helper()
	files, err := filepath.Glob("../analyzers/*/*/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures: ", err)
	}
	return append(files, "../kinds/testdata/objects.yaml")
}

func read(text []byte) *manifests.Set {
	return manifests.Load([]string{manifests.Stdin}, bytes.NewReader(text))
}

func expectPlaces(t *testing.T, s *manifests.Set, lines int) {
	t.Helper()
	for i := range s.Errors {
		if e := &s.Errors[i]; e.File != "<stdin>" || e.Line < 1 || e.Line > lines || e.Message == "" {
			t.Errorf("error %+v of %d lines", e, lines)
		}
	}
	var fields []manifests.Field
	for _, o := range s.Objects {
		if o.Ref.Name == "" || o.Value == nil && o.Fault == nil {
			t.Errorf("object %+v", o)
		}
		path := "metadata.name"
		if o.Fault != nil {
			path = o.Fault.Field
		}
		fields = append(fields, manifests.Field{Ref: o.Ref, Path: path})
	}
	for i, p := range s.Places(fields) {
		if p.File != "<stdin>" || p.Line < 1 || p.Line > lines {
			t.Errorf("%v is at %v of %d lines", fields[i], p, lines)
		}
	}
}

// FuzzMesh reads anything as a bare MeshConfig and as bare MeshNetworks: both
// end up in the mesh's ConfigMap, and what does not decode is told.
func FuzzMesh(f *testing.F) {
	f.Add("accessLogFile: /dev/stdout", "networks: {a: {endpoints: [{fromRegistry: x}], gateways: [{address: 1.1.1.1, port: 443}]}}")
	f.Add("defaultConfig: {proxyMetadata: {A: b}}\nextensionProviders: [{name: a, zipkin: {service: z, port: 1}}]", "null")
	f.Add("{}", "")
	f.Fuzz(func(t *testing.T, config, networks string) {
		dir := t.TempDir()
		files := []string{filepath.Join(dir, "mesh"), filepath.Join(dir, "networks")}
		for i, text := range []string{config, networks} {
			if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := manifests.Load(nil, strings.NewReader(""))
		s.AddMesh("istio-system", files[0], files[1])
		if len(s.Objects) != 1 {
			t.Fatalf("%q, %q", names(s), errorsOf(s))
		}
		o := s.Objects[0]
		if c := kinds.ConfigMaps.Of(o); c == nil || c.Mesh == nil && o.Fault == nil {
			t.Errorf("neither a MeshConfig nor a fault: %+v", o)
		}
		if file, line, ok := s.Locate(o.Ref, "data.mesh"); !ok || file != files[0] || line < 1 {
			t.Errorf("at %s:%d", file, line)
		}
		for i := range s.Errors {
			if s.Errors[i].File != files[1] || s.Errors[i].Message == "" {
				t.Errorf("error %+v", s.Errors[i])
			}
		}
		s.Batch(false)
	})
}
