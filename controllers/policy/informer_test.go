package policy

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

func storeWith(t *testing.T, spec, status any) cache.Store {
	t.Helper()
	store := cache.NewStore(cache.MetaNamespaceKeyFunc)
	err := store.Add(&unstructured.Unstructured{Object: map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": "MeshAuditPolicy",
		"metadata": map[string]any{"name": v1alpha1.PolicyName, "generation": int64(3)},
		"spec":     spec, "status": status,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// A spec that an older schema let through is named, and the status that is
// there is kept, so that it is not written again and again.
func TestASpecThatDoesNotDecodeIsRejected(t *testing.T) {
	p, rejected := stored(storeWith(t, map[string]any{"profile": int64(7)},
		map[string]any{"unmatchedPatterns": []any{"a/b"}}))
	if p == nil || p.Generation != 3 || len(p.Status.UnmatchedPatterns) != 1 || p.Spec.Profile != "" {
		t.Errorf("%+v", p)
	}
	if len(rejected) != 1 || rejected[0].Field != "spec" || rejected[0].Message == "" {
		t.Errorf("%+v", rejected)
	}
}

// A status that does not decode is made anew, and the spec is in force.
func TestAStatusThatDoesNotDecodeIsNoReason(t *testing.T) {
	p, rejected := stored(storeWith(t, map[string]any{"profile": "Strict"}, int64(7)))
	if p == nil || p.Spec.Profile != "Strict" || rejected != nil {
		t.Errorf("%+v, %+v", p, rejected)
	}
	p, rejected = stored(storeWith(t, map[string]any{"profile": int64(7)}, int64(7)))
	if p == nil || p.Generation != 3 || len(rejected) != 1 || !strings.Contains(rejected[0].Message, "Profile") {
		t.Errorf("%+v, %+v", p, rejected)
	}
}

func TestAnObjectThatDoesNotDecodeIsNone(t *testing.T) {
	if p, failure := decode[v1alpha1.MeshAuditPolicy](map[string]any{"metadata": int64(7)}); p != nil || failure == nil {
		t.Errorf("%+v, %v", p, failure)
	}
	if p, _ := stored(cache.NewStore(cache.MetaNamespaceKeyFunc)); p != nil {
		t.Errorf("%+v", p)
	}
}

func TestAnEmptyListStaysOne(t *testing.T) {
	p, _ := stored(storeWith(t, map[string]any{
		"sensitive":  map[string]any{"ports": []any{}, "labels": map[string]any{}},
		"namespaces": map[string]any{"exclude": map[string]any{}},
	}, nil))
	if p.Spec.Sensitive.Ports == nil || p.Spec.Sensitive.Labels == nil || p.Spec.Namespaces.Exclude == nil {
		t.Errorf("%+v", p.Spec)
	}
}
