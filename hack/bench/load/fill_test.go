package load

import (
	"context"
	"io"
	"maps"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// small is the size of the mesh that the tests share; it has each mistake once.
var small = SizeOf(200)

// filled is the small mesh, in the cluster.
func filled(t *testing.T) *Mesh {
	t.Helper()
	m := New(small, 1)
	if err := m.Fill(t.Context(), plane.Config, io.Discard); err != nil {
		t.Fatal(err)
	}
	return m
}

// name is an object by kind, namespace and name.
type name struct{ kind, namespace, name string }

func nameOf(o client.Object) name { return name{kindOf(o), o.GetNamespace(), o.GetName()} }

// stored lists what the cluster has of the mesh's kinds, with the version of
// each object, but not what the API server makes for itself.
func stored(t *testing.T, m *Mesh) map[name]string {
	t.Helper()
	found := map[name]string{}
	listed := map[string]bool{}
	for _, o := range m.described() {
		if listed[kindOf(o)] {
			continue
		}
		listed[kindOf(o)] = true
		gvk, err := apiutil.GVKForObject(o, scheme.Scheme)
		if err != nil {
			t.Fatal(err)
		}
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err := plane.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			item := &list.Items[i]
			n := name{kindOf(o), item.Namespace, item.Name}
			if !ofAPIServer(n) {
				found[n] = item.ResourceVersion
			}
		}
	}
	return found
}

func ofAPIServer(n name) bool {
	own := map[string]bool{"default": true, "kube-system": true, "kube-public": true, "kube-node-lease": true}
	return own[n.namespace] || n.kind == "Namespace" && own[n.name]
}

// asDescribed fails the test unless the cluster holds the objects that the mesh
// describes and no others, and exactly its mistakes.
func asDescribed(t *testing.T, m *Mesh) {
	t.Helper()
	found := stored(t, m)
	for _, o := range m.described() {
		if _, ok := found[nameOf(o)]; !ok {
			t.Errorf("missing: %v", nameOf(o))
		}
		delete(found, nameOf(o))
	}
	for n := range found {
		t.Errorf("not of the mesh: %v", n)
	}
	r := analyze(t)
	if got, want := r.mistakes(), m.Mistakes(); !maps.Equal(got, want) {
		t.Errorf("the findings are %v, want %v", got, want)
	}
	if len(r.NotEvaluated) > 0 {
		t.Errorf("not evaluated: %v", r.NotEvaluated)
	}
}

func TestAFilledClusterHoldsTheMeshAndItsMistakes(t *testing.T) {
	asDescribed(t, filled(t))
}

func TestFillAgainChangesNothing(t *testing.T) {
	m := filled(t)
	before := stored(t, m)
	if again := stored(t, filled(t)); !maps.Equal(before, again) {
		t.Error("a second Fill wrote something")
	}
}

func TestFillEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := New(small, 1).Fill(ctx, plane.Config, io.Discard); err == nil {
		t.Error("a Fill whose context had ended came to its end")
	}
}

func TestNoOtherMachineIsWrittenTo(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	m := New(small, 1)
	for _, host := range []string{"https://192.0.2.1:6443", "192.0.2.1:6443", "https://cluster.example.com", ""} {
		config := &rest.Config{Host: host}
		_, _, broken := m.Break(ctx, config, 0, true)
		if err := m.Fill(ctx, config, io.Discard); err == nil || broken == nil {
			t.Errorf("%q is taken for this machine", host)
		}
	}
	for _, host := range []string{"https://127.0.0.1:6443", "127.0.0.1:6443", "localhost:6443", "https://[::1]:6443"} {
		if err := local(host); err != nil {
			t.Error(err)
		}
	}
}

// A probe is broken and mended by one write each, and the command line sees it.
func TestABrokenProbeHasOneFinding(t *testing.T) {
	m := filled(t)
	for _, broken := range []bool{true, false} {
		namespace, _, err := m.Break(t.Context(), plane.Config, 3+Probes, broken)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, f := range analyze(t).Findings {
			if f.Subject.Namespace == namespace {
				found++
			}
		}
		if want := map[bool]int{true: 1}[broken]; namespace != "probe-03" || found != want {
			t.Errorf("namespace %s has %d findings, want %d", namespace, found, want)
		}
	}
}
