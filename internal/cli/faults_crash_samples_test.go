package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// samples is the world of the demo, without its Pods, and a namespace of no
// concern to it. No other namespace is audited.
type samples struct {
	*cluster

	objects []*unstructured.Unstructured
	marker  string
}

// meshGroups are the API groups that the samples need beside our own.
var meshGroups = []string{"networking.istio.io", "security.istio.io", "telemetry.istio.io", "appmesh.k8s.aws"}

// newSamples makes the world, which ends with the story.
func newSamples(t *testing.T) *samples {
	t.Helper()
	w := &samples{cluster: newCluster(t), objects: sampleObjects(t)}
	w.InstallCRDs(t, meshGroups...)
	w.marker = w.Namespace(t)
	w.setPolicy(t, policySpec(t, `
namespaces: {include: {names: [shop, "istio-*", appmesh-system, "sample-*", `+w.marker+`]}}
reports: {quietPeriod: 20ms, minWriteInterval: 50ms}`))
	t.Cleanup(func() { w.end(t) })
	for _, o := range w.objects {
		w.applyObject(t, o.DeepCopy())
	}
	return w
}

func sampleObjects(t *testing.T) (list []*unstructured.Unstructured) {
	t.Helper()
	files, err := filepath.Glob("../../config/samples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(document), o); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			list = append(list, o)
		}
	}
	return list
}

// object is a copy of one of the samples.
func (w *samples) object(t *testing.T, kind, name string) *unstructured.Unstructured {
	t.Helper()
	for _, o := range w.objects {
		if o.GetKind() == kind && o.GetName() == name {
			return o.DeepCopy()
		}
	}
	t.Fatalf("no sample is the %s %s", kind, name)
	return nil
}

// end deletes everything, the namespaces with their reports last.
func (w *samples) end(t *testing.T) {
	t.Helper()
	for _, o := range slices.Backward(w.objects) {
		if o.GetKind() == "Namespace" {
			w.endNamespace(t, o.GetName())
		} else if err := w.drop(t, o); err != nil {
			t.Error(err)
		}
	}
	w.RemoveCRDs(t, "telemetry.istio.io", "appmesh.k8s.aws")
}

func (w *samples) drop(t *testing.T, o *unstructured.Unstructured) error {
	t.Helper()
	return client.IgnoreNotFound(w.Client.Delete(context.WithoutCancel(t.Context()), o.DeepCopy()))
}

// endNamespace deletes a namespace whose objects are gone, its report apart,
// as the controller of namespaces does.
func (c *cluster) endNamespace(t *testing.T, name string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	ns := &corev1.Namespace{}
	ns.Name = name
	if err := client.IgnoreNotFound(c.Client.Delete(ctx, ns)); err != nil {
		t.Fatal(err)
	}
	report := &v1alpha1.MeshAuditReport{}
	report.Namespace, report.Name = name, v1alpha1.ReportName
	err := errors.Join(client.IgnoreNotFound(c.api.Delete(ctx, report)), c.finalize(ctx, ns))
	if err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) finalize(ctx context.Context, ns *corev1.Namespace) error {
	if err := c.Client.Get(ctx, client.ObjectKeyFromObject(ns), ns); err != nil {
		return client.IgnoreNotFound(err)
	}
	ns.Spec.Finalizers = nil
	return c.Client.SubResource("finalize").Update(ctx, ns)
}

// forget deletes all reports, what exceptions say of themselves, and the Lease of
// an operator that was killed.
func (c *cluster) forget(t *testing.T) {
	t.Helper()
	list := &v1alpha1.MeshAuditReportList{}
	err := errors.Join(c.api.DeleteAllOf(t.Context(), &v1alpha1.ClusterMeshAuditReport{}), c.api.List(t.Context(), list))
	for i := range list.Items {
		err = errors.Join(err, client.IgnoreNotFound(c.api.Delete(t.Context(), &list.Items[i])))
	}
	exceptions := c.exceptions(t)
	for i := range exceptions {
		patch := client.RawPatch(types.MergePatchType, []byte(`{"status": null}`))
		err = errors.Join(err, c.Client.Status().Patch(t.Context(), &exceptions[i], patch))
	}
	if err != nil {
		t.Fatal(err)
	}
	c.freeLease(t)
}

// freeLease deletes the Lease, so that nobody waits for it to run out.
func (c *cluster) freeLease(t *testing.T) {
	t.Helper()
	lease := &coordinationv1.Lease{}
	lease.Namespace, lease.Name = system, leaseName
	if err := client.IgnoreNotFound(c.api.Delete(t.Context(), lease)); err != nil {
		t.Fatal(err)
	}
}
