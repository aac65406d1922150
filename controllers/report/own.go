package report

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/report"
)

// page is how many reports are read at a time.
const page = 50

// own is the format of MeshAuditReports and the ClusterMeshAuditReport. What it
// reads back, the ledger gets.
type own struct {
	Options

	checks  report.Checks
	history *history
}

func (*own) name() string { return "reports" }

func (*own) resources() (namespaced, cluster schema.GroupVersionResource) {
	return v1alpha1.GroupVersion.WithResource("meshauditreports"),
		v1alpha1.GroupVersion.WithResource("clustermeshauditreports")
}

func (*own) fields() string { return "" }

func (*own) document(name string) document { return newDocument(name) }

func (o *own) render(name string, maxSize int) (document, bool) {
	options := report.Options{APIVersion: report.APIVersion(o.Ledger.Schema), MaxSize: maxSize}
	if name == "" {
		kinds := report.Kinds(o.Ledger.Schema, o.Ledger.States(), o.Source)
		if o.Sources != nil {
			options.Sources = o.Sources()
		}
		views := o.Ledger.Views()
		n := o.history.compare(name, views[0], &options)
		return clusterDocument(&v1alpha1.ClusterMeshAuditReport{
			Status: report.Cluster(views, kinds, options),
		}).with(n), true
	}
	v, ok := o.Ledger.View(name)
	if !ok {
		return nil, false
	}
	n := o.history.compare(name, v, &options)
	r := &v1alpha1.MeshAuditReport{Status: report.Namespaced(v, options)}
	r.Namespace = name
	return namespacedDocument(r).with(n), true
}

func (o *own) readBack(ctx context.Context, take func(string, document)) error {
	var cluster v1alpha1.ClusterMeshAuditReportList
	if err := o.Client.List(ctx, &cluster); err != nil {
		return fmt.Errorf("list the cluster's report: %w", err)
	}
	if o.Recalled != nil {
		var sources []v1alpha1.SourceStatus
		for i := range cluster.Items {
			sources = append(sources, cluster.Items[i].Status.Sources...)
		}
		o.Recalled(ctx, sources)
	}
	for i := range cluster.Items {
		take("", clusterDocument(&cluster.Items[i]))
	}
	for next := ""; ; {
		var list v1alpha1.MeshAuditReportList
		if err := o.Client.List(ctx, &list, client.Limit(page), client.Continue(next)); err != nil {
			return fmt.Errorf("list the reports: %w", err)
		}
		for i := range list.Items {
			take(list.Items[i].Namespace, namespacedDocument(&list.Items[i]))
		}
		if next = list.Continue; next == "" {
			return nil
		}
	}
}

func (o *own) restored(name string, d document) {
	status := d.(ownDocument).common
	published := report.Restore(status, o.checks)
	o.history.restored(name, status, published)
	o.Ledger.Restore(name, published)
}

func (o *own) recalled(name string, d document) {
	status := d.(ownDocument).common
	published := report.Restore(status, o.checks)
	o.history.recalled(name, status, published)
	o.Ledger.Recall(name, published)
}

func (o *own) forgot(name string) { o.Ledger.Forget(name) }

// create leaves the status empty: it can only be written to an object that
// exists. Should the second write not come, the report is found to differ and
// gets it later.
func (o *own) create(ctx context.Context, d document) (document, error) {
	empty := newDocument(d.object().GetNamespace())
	return empty, o.Client.Create(ctx, empty.Object)
}

func (o *own) write(ctx context.Context, d document) error {
	return o.Client.Status().Update(ctx, d.object())
}
