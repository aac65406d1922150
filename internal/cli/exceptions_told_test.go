package cli

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// exceptions are those that the API server holds.
func (c *cluster) exceptions(t *testing.T) []unstructured.Unstructured {
	t.Helper()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("MeshAuditExceptionList"))
	if err := c.Client.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// told tells of an exception whose status is not about its spec.
func (c *cluster) told(t *testing.T) error {
	t.Helper()
	exceptions := c.exceptions(t)
	for i := range exceptions {
		e := &exceptions[i]
		if at, _, _ := unstructured.NestedInt64(e.Object, "status", "observedGeneration"); at != e.GetGeneration() {
			return fmt.Errorf("the status of exception %s is about generation %d, not %d", e.GetName(), at, e.GetGeneration())
		}
	}
	return nil
}
