package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

type tree = map[string]any

// documents reads a file of testdata, by kind.
func documents(tb testing.TB, file string) map[inventory.Kind]tree {
	tb.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	out := map[inventory.Kind]tree{}
	for doc := range bytes.SplitSeq(text, []byte("\n---\n")) {
		o := tree{}
		if err := yaml.Unmarshal(doc, &o); err != nil {
			tb.Fatalf("%s: %v in\n%s", file, err, doc)
		}
		apiVersion, _ := o["apiVersion"].(string)
		out[groupKind(apiVersion, o["kind"].(string))] = o
	}
	return out
}

func toJSON(tb testing.TB, o tree) []byte {
	tb.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// fromYAML makes the JSON of a manifest and decodes it.
func fromYAML(tb testing.TB, manifest string) *inventory.Object {
	tb.Helper()
	o := tree{}
	if err := yaml.Unmarshal([]byte(manifest), &o); err != nil {
		tb.Fatal(err)
	}
	out, err := Decode(o["apiVersion"].(string), o["kind"].(string), toJSON(tb, o))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func external() []*Row {
	return slices.DeleteFunc(Rows(), func(r *Row) bool { return r.Internal })
}

// TestEveryRowDecodesEveryVersion also sees that reading twice, reading typed
// and reading JSON come to the same.
func TestEveryRowDecodesEveryVersion(t *testing.T) {
	objects := documents(t, "objects.yaml")
	for _, row := range external() {
		o, ok := objects[row.Kind]
		if !ok {
			t.Errorf("%s: no object in testdata/objects.yaml", row.Kind)
			continue
		}
		for _, version := range row.Versions {
			o["apiVersion"] = strings.TrimPrefix(row.Kind.Group()+"/"+version, "/")
			checkRow(t, row, o)
		}
	}
	if len(objects) != len(external()) {
		t.Errorf("%d objects for %d rows", len(objects), len(external()))
	}
}

func checkRow(t *testing.T, row *Row, o tree) {
	t.Helper()
	raw := toJSON(t, o)
	a, err := Decode(o["apiVersion"].(string), o["kind"].(string), raw)
	if err != nil || a.Fault != nil || a.Value == nil {
		t.Fatalf("%s %s: %v, %+v", row.Kind, o["apiVersion"], err, a)
	}
	meta := o["metadata"].(tree)
	namespace, _ := meta["namespace"].(string)
	if want := (inventory.Ref{Kind: row.Kind, Namespace: namespace, Name: meta["name"].(string)}); a.Ref != want {
		t.Errorf("%s: ref %v, want %v", row.Kind, a.Ref, want)
	}
	if row.Namespaced != (namespace != "") {
		t.Errorf("%s: Namespaced %v", row.Kind, row.Namespaced)
	}
	if b := row.Decode(raw); !row.Equal(a.Value, b.Value) {
		t.Errorf("%s: two readings of one object differ", row.Kind)
	}
	if (row.New == nil) != (row.Custom || row.Raw || row.Cloud) || (row.New == nil) != (row.Project == nil) {
		t.Fatalf("%s: New, Project, Custom and Raw do not go together", row.Kind)
	}
	if row.New == nil {
		return
	}
	typed := row.New()
	if err := utiljson.Unmarshal(raw, typed); err != nil {
		t.Fatal(err)
	}
	if !row.Equal(row.Project(typed), a.Value) {
		t.Errorf("%s: the typed reading differs from that of JSON", row.Kind)
	}
}

func TestChurnIsNotSeen(t *testing.T) {
	objects, churn := documents(t, "objects.yaml"), documents(t, "churn.yaml")
	for _, row := range external() {
		before := row.Decode(toJSON(t, objects[row.Kind]))
		moved := merge(objects[row.Kind], tree{"metadata": tree{
			"resourceVersion": "77",
			"managedFields":   []any{tree{"manager": "kubectl"}},
			"annotations":     tree{"kubectl.kubernetes.io/last-applied-configuration": "{}"},
		}})
		moved = merge(moved, churn[row.Kind])
		delete(churn, row.Kind)
		after := row.Decode(toJSON(t, moved))
		if after.Fault != nil || !row.Equal(before.Value, after.Value) {
			t.Errorf("%s: churn is seen: %+v\n%+v\n%+v", row.Kind, after.Fault, before.Value, after.Value)
		}
	}
	if len(churn) > 0 {
		t.Errorf("churn of unknown kinds: %v", churn)
	}
}

// merge lays one tree over another; lists are replaced.
func merge(a, b tree) tree {
	out := maps.Clone(a)
	for k, v := range b {
		x, ok := out[k].(tree)
		if y, yes := v.(tree); ok && yes {
			v = merge(x, y)
		}
		out[k] = v
	}
	return out
}

func TestDecodeRefuses(t *testing.T) {
	_, err := Decode("example.com/v1", "Thing", nil)
	var unknown *UnknownKindError
	if !errors.As(err, &unknown) || unknown.Kind != "Thing.example.com" {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := Decode("meshaudit.io/v1alpha1", "Settings", nil); err == nil {
		t.Error("an internal kind is accepted from a file")
	}
	_, err = Decode("autoscaling/v1", "HorizontalPodAutoscaler", nil)
	if err == nil || !strings.Contains(err.Error(), `"v1"`) || !strings.HasSuffix(err.Error(), "only v2") {
		t.Errorf("unknown version: %v", err)
	}
}

// TestManifestWithoutNamespace: nothing that a value is made of is computed
// before the namespace is known.
func TestManifestWithoutNamespace(t *testing.T) {
	for kind, o := range documents(t, "objects.yaml") {
		row, _ := Lookup(kind)
		without := merge(o, tree{"metadata": merge(o["metadata"].(tree), nil)})
		delete(without["metadata"].(tree), "namespace")
		in := merge(o, tree{})
		if row.Namespaced {
			in = merge(o, tree{"metadata": tree{"namespace": "default"}})
		}
		a, b := row.Decode(toJSON(t, without)), row.Decode(toJSON(t, in))
		if a.Ref != b.Ref || !row.Equal(a.Value, b.Value) {
			t.Errorf("%s: %+v\n%+v", kind, a.Value, b.Value)
		}
	}
}

func TestNoKindTwice(t *testing.T) {
	seen := map[inventory.Kind]bool{}
	for _, r := range Rows() {
		if seen[r.Kind] || r.Plural == "" || r.Version == "" {
			t.Errorf("%s: twice, or incomplete", r.Kind)
		}
		seen[r.Kind] = true
	}
	Schema() // panics where there are too many
}

func FuzzDecode(f *testing.F) {
	rows := external()
	for kind, o := range documents(f, "objects.yaml") {
		i := slices.IndexFunc(rows, func(r *Row) bool { return r.Kind == kind })
		f.Add(uint8(i), toJSON(f, o))
	}
	f.Fuzz(func(t *testing.T, n uint8, raw []byte) {
		row := rows[int(n)%len(rows)]
		o := row.Decode(raw)
		if o == nil || o.Ref.Kind != row.Kind || o.Value == nil && o.Fault == nil {
			t.Fatalf("%s: %+v", row.Kind, o)
		}
		store := inventory.New(Schema())
		store.Apply(o)
		if again := row.Decode(raw); o.Value != nil && !row.Equal(o.Value, again.Value) {
			t.Fatalf("%s: two readings differ", row.Kind)
		}
	})
}
