package manifests_test

import (
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

const cart = `apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  ports:
    - port: 80
`

// load reads one text as standard input.
func load(t *testing.T, text string) *manifests.Set {
	t.Helper()
	return manifests.Load([]string{manifests.Stdin}, strings.NewReader(text))
}

func errorsOf(s *manifests.Set) []string {
	var out []string
	for i := range s.Errors {
		out = append(out, s.Errors[i].Error())
	}
	return out
}

func names(s *manifests.Set) string {
	var out []string
	for _, o := range s.Objects {
		out = append(out, o.Ref.String())
	}
	return strings.Join(out, ", ")
}

// TestBadInputIsNamedAndTheRestIsRead: each mistake is told with its line, and
// the sound object behind it is there.
func TestBadInputIsNamedAndTheRestIsRead(t *testing.T) {
	for name, c := range map[string]struct{ bad, want string }{
		"no YAML":         {"a: [1\n", "<stdin>:1: "},
		"a template":      {"a: b\n{{- end }}\n", "<stdin>:2: expected \"key: value\" (a template? helm template renders it)"},
		"no object":       {"- 1\n- 2\n", "<stdin>:1: not a Kubernetes object: found an array where an object was expected"},
		"a scalar":        {"hello\n", "<stdin>:1: not a Kubernetes object: found a string where an object was expected"},
		"no kind":         {"# values\nreplicas: 3\n", "<stdin>:2: not a Kubernetes object: it lacks apiVersion and kind"},
		"kind is a list":  {"apiVersion: v1\nkind: [Service]\n", "<stdin>:1: not a Kubernetes object: kind is an array"},
		"no name":         {"apiVersion: v1\nkind: Service\nmetadata: {}\n", "<stdin>:1: Service without a metadata.name"},
		"duplicate key":   {"apiVersion: v1\nkind: Service\nkind: Service\n", "<stdin>:3: the key \"kind\" stands twice"},
		"unknown kind":    {"apiVersion: networking.istio.io/v1\nkind: VirtualServices\nmetadata: {name: a}\n", "<stdin>:1: kind VirtualServices.networking.istio.io is not read"},
		"unknown version": {"apiVersion: networking.istio.io/v9\nkind: Gateway\nmetadata: {name: a}\n", "<stdin>:1: version \"v9\" of kind Gateway.networking.istio.io is not understood"},
		"a list of one":   {"apiVersion: v1\nkind: List\nitems: 7\n", "<stdin>:1: a list without a list of items"},
	} {
		t.Run(name, func(t *testing.T) {
			s := load(t, c.bad+"---\n"+cart)
			if got := errorsOf(s); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("errors %q, want one that begins with %q", got, c.want)
			}
			if got := names(s); got != "Service shop/cart" {
				t.Errorf("objects %q", got)
			}
		})
	}
}

func TestWrongTypesAndUnknownValuesAreFaultsOfTheObject(t *testing.T) {
	s := load(t, `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls:
    mode: STRICTT
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: 7
`)
	if len(s.Errors) > 0 || len(s.Objects) != 2 {
		t.Fatalf("errors %q, objects %q", errorsOf(s), names(s))
	}
	for i, want := range []struct {
		field string
		line  int
	}{{"spec.mtls.mode", 6}, {"spec.hosts", 12}} {
		o := s.Objects[i]
		if o.Fault == nil || o.Fault.Field != want.field {
			t.Fatalf("%s: fault %+v, want field %s", o.Ref, o.Fault, want.field)
		}
		if _, line, _ := s.Locate(o.Ref, o.Fault.Field); line != want.line {
			t.Errorf("%s is at line %d, want %d", o.Fault.Field, line, want.line)
		}
	}
}

func TestListsAndDefaultNamespace(t *testing.T) {
	s := load(t, `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: a}
  - apiVersion: v1
    kind: ServiceList
    items:
      - apiVersion: v1
        kind: Service
        metadata: {name: b}
`)
	if got := names(s); got != "Service default/a, Service default/b" || len(s.Errors) > 0 {
		t.Errorf("objects %q, errors %q", got, errorsOf(s))
	}
	if _, line, _ := s.Locate(s.Objects[1].Ref, "metadata.name"); line != 12 {
		t.Errorf("line %d, want 12", line)
	}
}

func TestRepetitionIsToldAndTheLaterCounts(t *testing.T) {
	s := load(t, cart+"---\n"+strings.Replace(cart, "80", "81", 1))
	want := "<stdin>:10: Service shop/cart is defined a second time; the first is at <stdin>:1"
	if got := errorsOf(s); len(got) != 1 || got[0] != want {
		t.Errorf("errors %q, want %q", got, want)
	}
	if port := kinds.Services.Of(s.Objects[0]).Ports[0].Number; len(s.Objects) != 1 || port != 81 {
		t.Errorf("%d objects, port %d", len(s.Objects), port)
	}
}

func TestOtherKindsAreCounted(t *testing.T) {
	s := load(t, "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\n---\n"+cart)
	if s.Skipped["Role.rbac.authorization.k8s.io"] != 1 || len(s.Errors) > 0 {
		t.Errorf("skipped %v, errors %q", s.Skipped, errorsOf(s))
	}
}

func TestDirectoriesAreReadRecursively(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.yaml": cart, "deep/er/b.json": `{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"}}`, "notes.txt": "not YAML: [",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := manifests.Load([]string{dir, filepath.Join(dir, "missing")}, nil)
	if got := names(s); got != "Service shop/cart, Service default/b" {
		t.Errorf("objects %q", got)
	}
	if got := errorsOf(s); len(got) != 1 || !strings.Contains(got[0], "missing: no such file") {
		t.Errorf("errors %q", got)
	}
}

func state(b inventory.Batch, k inventory.Kind, scope string) inventory.State {
	found := inventory.NotSynced
	for _, s := range b.States {
		if s.Kind == k && s.Scope == scope {
			found = s.State
		}
	}
	return found
}

func TestWhatFilesTellOfTheWorld(t *testing.T) {
	namespace := "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n"
	config := "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: istio-system}\ndata: {mesh: \"\"}\n"
	for _, c := range []struct {
		name, text string
		partial    bool
		kind       inventory.Kind
		scope      string
		want       inventory.State
	}{
		{"a kind without an object is empty", cart, false, kinds.Pods.Name, "", inventory.Listed},
		{"unless the files are a part", cart, true, kinds.Pods.Name, "", inventory.Off},
		{"nobody commits EndpointSlices", cart, false, kinds.EndpointSlices.Name, "", inventory.Off},
		{"an object's namespace exists", cart, false, kinds.Namespaces.Name, "shop", inventory.Listed},
		{"other namespaces are unknown", cart, false, kinds.Namespaces.Name, "", inventory.Off},
		{"unless some are given", cart + namespace, false, kinds.Namespaces.Name, "", inventory.Listed},
		{"an application's ConfigMap says nothing of the mesh", cart + fmt.Sprintf(config, "app"), false, kinds.ConfigMaps.Name, "", inventory.Off},
		{"the mesh's own does", cart + fmt.Sprintf(config, "istio"), false, kinds.ConfigMaps.Name, "", inventory.Listed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := state(load(t, c.text).Batch(c.partial), c.kind, c.scope); got != c.want {
				t.Errorf("%s in %q is %s, want %s", c.kind, c.scope, got, c.want)
			}
		})
	}
}

func TestBareMeshConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, []byte("accessLogFile: /dev/stdout\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := load(t, cart)
	s.AddMesh("istio-system", file, "")
	i := slices.IndexFunc(s.Objects, func(o *inventory.Object) bool { return o.Ref.Kind == kinds.ConfigMaps.Name })
	if i < 0 || !strings.Contains(kinds.ConfigMaps.Of(s.Objects[i]).Data["mesh"], "accessLogFile") {
		t.Fatalf("objects %q", names(s))
	}
	if where, line, _ := s.Locate(s.Objects[i].Ref, "data.mesh"); where != file || line != 1 {
		t.Errorf("at %s:%d", where, line)
	}
}

// TestPlaces: many fields at once stand where each alone does.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	const list = "kind: List\napiVersion: v1\nitems:\n" +
		"- {apiVersion: v1, kind: Service, metadata: {name: a}}\n" +
		"- apiVersion: v1\n  kind: Service\n  metadata:\n    name: b\n---\n" +
		"apiVersion: v1\nkind: Service\nmetadata:\n  name: c\n"
	file := filepath.Join(dir, "a.yaml")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	s := manifests.Load([]string{file}, nil)
	fields := []manifests.Field{{Path: "spec"}}
	for _, o := range s.Objects {
		fields = append(fields, manifests.Field{o.Ref, ""}, manifests.Field{o.Ref, "metadata.name"}, manifests.Field{o.Ref, "spec.none"})
	}
	if len(fields) != 10 {
		t.Fatalf("%d fields", len(fields))
	}
	for i, p := range s.Places(fields) {
		where, line, _ := s.Locate(fields[i].Ref, fields[i].Path)
		if p != (manifests.Place{where, line}) {
			t.Errorf("%v: %v, want %s:%d", fields[i], p, where, line)
		}
	}
}

// TestDirectories: one behind a link is read, and one without manifests is an
// error, since it is hardly what was meant.
func TestDirectories(t *testing.T) {
	dir := t.TempDir()
	full, hollow, link := filepath.Join(dir, "full"), filepath.Join(dir, "hollow"), filepath.Join(dir, "link")
	for _, d := range []string{full, hollow} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	manifest := []byte("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
	if err := os.WriteFile(filepath.Join(full, "a.yaml"), manifest, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(full, link); err != nil {
		t.Fatal(err)
	}
	if s := manifests.Load([]string{link}, nil); len(s.Objects) != 1 || len(s.Errors) != 0 {
		t.Errorf("%v %v", s.Objects, s.Errors)
	}
	if s := manifests.Load([]string{hollow}, nil); len(s.Errors) != 1 || s.Errors[0].File != hollow {
		t.Errorf("%v", s.Errors)
	}
}
