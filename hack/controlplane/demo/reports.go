package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// wholeCluster stands for a namespace where the cluster's report is meant.
const wholeCluster = "the cluster"

// reportKinds are what the operator writes.
var reportKinds = []string{"MeshAuditReport", "ClusterMeshAuditReport"}

// severities, worst first.
var severities = []string{"Critical", "High", "Medium", "Low", "Info"}

// report is what the demo reads of a report, by its published form and without
// the product's Go types, as any other reader would.
type report struct {
	Metadata struct {
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Status struct {
		Findings []finding `json:"findings"`
	} `json:"status"`
}

type finding struct {
	Check    string `json:"check"`
	Severity string `json:"severity"`
	Category string `json:"category"`
	Subject  struct {
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"subject"`
	Field   string `json:"field"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// reports reads all reports, by namespace.
func (d *demo) reports(ctx context.Context) (map[string]report, error) {
	byNamespace := map[string]report{}
	for _, kind := range reportKinds {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(schema.GroupVersionKind{Group: "meshaudit.io", Version: "v1alpha1", Kind: kind + "List"})
		if err := d.cluster.Client.List(ctx, list); err != nil {
			return nil, fmt.Errorf("list %ss: %w", kind, err)
		}
		for _, item := range list.Items {
			var r report
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &r); err != nil {
				return nil, fmt.Errorf("read the %s of %q: %w", kind, item.GetNamespace(), err)
			}
			byNamespace[cmp.Or(r.Metadata.Namespace, wholeCluster)] = r
		}
	}
	return byNamespace, nil
}

// atLeast tells whether the finding is as bad as the severity, or worse.
func (f *finding) atLeast(severity string) bool {
	rank := slices.Index(severities, f.Severity)
	return rank >= 0 && rank <= slices.Index(severities, severity)
}
