package cli

import (
	"fmt"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// rich names the reports of the samples that have something in each field.
var rich = []string{"", "sample-mtls"}

// raw is a report as the API server holds it.
func (c *cluster) raw(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("MeshAuditReport"))
	if namespace == "" {
		o.SetKind("ClusterMeshAuditReport")
	}
	if err := c.Client.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, o); err != nil {
		t.Fatal(err)
	}
	return o
}

// edit makes an edit by hand; it reports false if the API server accepts none
// of its values.
func (c *cluster) edit(t *testing.T, namespace string, e edit) bool {
	t.Helper()
	values := e.values
	if len(values) == 0 {
		values = []any{nil}
	}
	for _, value := range values {
		accepted := false
		envtesting.WaitFor(t, func() error {
			o := c.raw(t, namespace)
			o.Object["status"] = put(o.Object["status"], e.place, value)
			err := c.Client.Status().Update(t.Context(), o, client.FieldOwner("hand"))
			accepted = err == nil
			if apierrors.IsInvalid(err) {
				return nil
			}
			return err
		})
		if accepted {
			return true
		}
	}
	return len(e.values) == 0 // a field that must be there
}

// Whatever hands do to the reports, also while no operator runs, is undone.
func TestWhatHandsDoIsUndone(t *testing.T) {
	w := newSamples(t)
	want := w.fresh(t)
	seen := w.firstSeen(t)
	for name, hands := range map[string]func(t *testing.T, want state){
		"they edit each field":                  w.editEachField,
		"another field manager owns the status": w.ownTheStatus,
		"they delete all reports":               w.deleteReports,
	} {
		t.Run(name, func(t *testing.T) {
			r := w.operate(t)
			r.settle(t)
			hands(t, want)
			w.waitForReports(t, want)
			w.quiet(t, r)
			seen.add(t, w.firstSeen(t))
			past{}.kept(t, w.went(t)) // nothing was mended
		})
	}
	t.Run("they spoil what an operator finds at its start", func(t *testing.T) {
		w.spoil(t)
		r := w.operate(t)
		w.waitForReports(t, want)
		w.quiet(t, r)
		seen.add(t, w.firstSeen(t))
		past{"shop": {"0": true}}.kept(t, w.went(t)) // nobody knows that it never was
	})
	t.Run("they delete the Lease", func(t *testing.T) {
		r := w.operate(t)
		r.settle(t)
		w.freeLease(t)
		envtesting.WaitFor(t, func() error {
			return w.api.Get(t.Context(), client.ObjectKey{Namespace: system, Name: leaseName}, &coordinationv1.Lease{})
		})
		w.quiet(t, r)
		w.waitForReports(t, want)
	})
}

// editEachField waits after each edit until it is undone.
func (w *samples) editEachField(t *testing.T, want state) {
	t.Helper()
	for _, namespace := range rich {
		status := w.raw(t, namespace).Object["status"]
		for _, e := range edits(nil, status) {
			if !w.edit(t, namespace, e) {
				t.Errorf("the API server takes no other value: %s", e)
			}
			envtesting.WaitFor(t, func() error {
				if err := w.state(t).differs(want); err != nil {
					return fmt.Errorf("after %s: %w", e, err)
				}
				return nil
			})
		}
	}
}

// ownTheStatus applies it as somebody else, with other figures.
func (w *samples) ownTheStatus(t *testing.T, _ state) {
	t.Helper()
	for _, namespace := range rich {
		o := w.raw(t, namespace)
		o.SetManagedFields(nil)
		o.SetResourceVersion("")
		for _, place := range [][]string{{"summary", "high"}, {"truncated", "count"}} {
			o.Object["status"] = put(o.Object["status"], place, int64(77))
		}
		err := w.Client.Status().Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o),
			client.FieldOwner("stranger"), client.ForceOwnership)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *samples) deleteReports(t *testing.T, want state) {
	t.Helper()
	for range 2 {
		for namespace := range w.versions(t) {
			if err := w.Client.Delete(t.Context(), w.raw(t, namespace)); err != nil {
				t.Fatal(err)
			}
		}
		w.waitForReports(t, want)
	}
}

// spoil makes reports wrong that nobody watches. Findings that are right keep
// their first-seen times, so these are left alone.
func (w *samples) spoil(t *testing.T) {
	t.Helper()
	for _, namespace := range rich {
		status := w.raw(t, namespace).Object["status"]
		for _, e := range edits(nil, status) {
			if len(e.values) > 0 && e.place[0] != "findings" {
				w.edit(t, namespace, e)
			}
		}
	}
	w.edit(t, "shop", edit{
		place: []string{"findings"}, values: []any{[]any{invented("no/such"), invented("routing/unknownhost")}},
	})
}

// invented is a finding that nobody made.
func invented(check string) map[string]any {
	return map[string]any{
		"id": "0", "check": check, "severity": "High", "category": "routing", "message": "m",
		"firstSeen": "2020-01-01T00:00:00Z",
		"subject": map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "namespace": "shop", "name": "nobody",
		},
	}
}
