package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// nasty is what a mutation puts in the place of a node.
var nasty = []any{
	nil, "", " ", "a b", "ÜMLAUT", "cart.", ".", "*", "**", "*.", "*.*", "*cart", "a/b/c", "/", "./", "/x", "*/*", "~",
	"-1", "http", "TRUE", "10.0.0.0/99", "::1", "{{.Name}}", "mesh", "istio-system", "default", "\x00", strings.Repeat("x.", 200),
	-1, 0, 1, 1.5, 15012, 65535, 65536, math.MaxInt32, math.MinInt64, uint64(math.MaxUint64), 1e300,
	true, false,
	[]any{},
	[]any{nil},
	[]any{[]any{}},
	[]any{""},
	[]any{map[string]any{}},
	map[string]any{},
	map[string]any{"": ""},
	map[string]any{"a b/!": "x"},
	map[string]any{"app": nil},
}

// documents are the objects of one file, as decoded JSON.
type documents []any

// fixtureWorlds are the fixtures of all checks, and one object of each kind.
func fixtureWorlds(tb testing.TB) []documents {
	tb.Helper()
	worlds := []documents{everyKind(tb)}
	for _, file := range fixtureFiles(tb, "*") {
		worlds = append(worlds, readDocuments(tb, file))
	}
	return worlds
}

func fixtureFiles(tb testing.TB, category string) []string {
	tb.Helper()
	files, err := filepath.Glob("../analyzers/" + category + "/*/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		tb.Fatal("no fixtures: ", err)
	}
	return files
}

// fixturesOf are all documents of a category.
func fixturesOf(tb testing.TB, category string) documents {
	tb.Helper()
	var docs documents
	for _, file := range fixtureFiles(tb, category) {
		docs = append(docs, readDocuments(tb, file)...)
	}
	return docs
}

func everyKind(tb testing.TB) documents {
	tb.Helper()
	return readDocuments(tb, "../kinds/testdata/objects.yaml")
}

func readDocuments(tb testing.TB, file string) documents {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var docs documents
	for _, part := range yamljson.Split(data) {
		raw, err := yamljson.ToJSON(part.Bytes, nil)
		if err != nil {
			tb.Fatal(file, err)
		}
		if doc := fromJSON(tb, raw); doc != nil {
			docs = append(docs, doc)
		}
	}
	return docs
}

func fromJSON(tb testing.TB, raw []byte) any {
	tb.Helper()
	var out any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// batch decodes what still says which kind it is of, with everything listed.
func (docs documents) batch(tb testing.TB) inventory.Batch {
	tb.Helper()
	b := everythingListed()
	for _, doc := range docs {
		if o := decodeAny(tb, doc); o != nil {
			b.Put(o)
		}
	}
	return b
}

func everythingListed() inventory.Batch {
	var b inventory.Batch
	for _, row := range kinds.Rows() {
		b.SetState(row.Kind, "", inventory.Listed)
	}
	return b
}

func decodeAny(tb testing.TB, doc any) *inventory.Object {
	tb.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	object, _ := doc.(map[string]any)
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	o, err := kinds.Decode(apiVersion, kind, raw)
	if err != nil {
		return nil
	}
	if o.Value == nil && o.Fault == nil {
		tb.Errorf("%s is neither a value nor a fault: %s", kind, raw)
	}
	return o
}

// auditAll runs all checks; one that panics fails the test.
func auditAll(tb testing.TB, b inventory.Batch) []*analysis.Result {
	tb.Helper()
	config := audit.Engine(analyzers.All, func(p analysis.Panic) { tb.Errorf("%s\n%s", p, p.Stack) })
	return engine.Audit(config, engine.Fill(config.Schema, b), start)
}

// place is where a node stands.
type place struct {
	value any
	set   func(any)
}

// places lists all nodes below one, itself excluded, in a fixed order.
func places(node any) []place {
	var out []place
	switch n := node.(type) {
	case documents:
		for i, v := range n {
			out = append(out, below(v, func(x any) { n[i] = x })...)
		}
	case []any:
		for i, v := range n {
			out = append(out, below(v, func(x any) { n[i] = x })...)
		}
	case map[string]any:
		for _, k := range sortedKeys(n) {
			out = append(out, below(n[k], func(x any) { n[k] = x })...)
		}
	}
	return out
}

func below(v any, set func(any)) []place {
	return append([]place{{v, set}}, places(v)...)
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// clone copies a tree.
func clone(node any) any {
	switch n := node.(type) {
	case documents:
		return documents(clone([]any(n)).([]any))
	case []any:
		out := make([]any, len(n))
		for i, v := range n {
			out[i] = clone(v)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(n))
		for k, v := range n {
			out[k] = clone(v)
		}
		return out
	}
	return node
}

// change is what an operation makes of a node: something nasty, the value of
// another node, or a list with an item more.
func change(node any, all []place, op byte) any {
	switch n := int(op); {
	case n < len(nasty):
		return clone(nasty[n])
	case n < 200:
		return clone(all[n*len(all)/200].value)
	}
	if list, ok := node.([]any); ok {
		return append(slices.Clone(list), clone(list[:min(len(list), 1)]).([]any)...)
	}
	return []any{clone(node), nil}
}

// TestHostileNodes puts everything nasty in the place of every node of an
// object of each kind: no check panics.
func TestHostileNodes(t *testing.T) {
	docs := everyKind(t)
	for i := range docs {
		for at := range places(docs[i : i+1]) {
			hostileNode(t, docs, i, at)
		}
	}
}

// hostileNode makes one world of all mutations of one node, each under a name
// of its own.
func hostileNode(t *testing.T, docs documents, i, at int) {
	t.Helper()
	b := docs.batch(t)
	for n, value := range nasty {
		doc := clone(docs[i : i+1]).(documents)
		places(doc)[at].set(clone(value))
		if o := decodeAny(t, doc[0]); o != nil {
			o.Ref.Name += fmt.Sprint("-", n)
			b.Put(o)
		}
	}
	auditAll(t, b)
}

// TestManyRivals: objects of one place by the thousand do not make an audit
// go on for ever, as one that compares each with all and looks up what they
// have in common does. What it costs is bounded by go test's own clock.
func TestManyRivals(t *testing.T) {
	const many = 1500
	b := &builder{batch: everythingListed()}
	b.typed("Pod", pod(metav1.ObjectMeta{Namespace: "shop", Name: "gone"}, "cart", map[string]string{"app": "cart"}, "cart"))
	for i := range many {
		name := fmt.Sprint("a-", i)
		b.custom("networking.istio.io/v1", "VirtualService", "shop", name, route(0, false))
		b.custom("networking.istio.io/v1", "DestinationRule", "shop", name, subsets(0))
		b.custom("security.istio.io/v1", "PeerAuthentication", "shop", name, map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{"app": "cart"}}, "mtls": strict["mtls"],
		})
	}
	duplicates := map[string]int{}
	for _, r := range auditAll(t, b.batch) {
		for _, f := range r.Findings {
			duplicates[f.Check.ID()]++
		}
	}
	for _, id := range []string{"routing/duplicatehost", "mtls/duplicatepolicy"} {
		if duplicates[id] != many {
			t.Errorf("%s: %d findings, want %d", id, duplicates[id], many)
		}
	}
}
