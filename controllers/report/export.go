package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"golang.org/x/time/rate"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/openreports"
	"github.com/meshaudit/meshaudit/internal/report"
)

// export is the format of Reports and the ClusterReport of openreports.io. Other
// tools write such objects too, many of them, so that only those of our name are
// asked for. The ledger learns nothing from them.
type export struct {
	Options

	strangers rate.Sometimes
}

func newExport(o Options) *export {
	return &export{Options: o, strangers: rate.Sometimes{First: 10, Interval: time.Hour}}
}

func (*export) name() string { return "openreports" }

func (*export) resources() (namespaced, cluster schema.GroupVersionResource) {
	version := schema.GroupVersion(reports.GroupVersion)
	return version.WithResource("reports"), version.WithResource("clusterreports")
}

func (*export) fields() string { return "metadata.name=" + v1alpha1.ReportName }

func (*export) document(name string) document {
	return exported{&reports.Report{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.ReportName, Namespace: name}}}
}

func (e *export) render(name string, maxSize int) (document, bool) {
	v, ok := e.Ledger.View(name)
	if !ok {
		return nil, false
	}
	o := report.Options{APIVersion: report.APIVersion(e.Ledger.Schema), MaxSize: maxSize}
	return exported{openreports.Render(v, o)}, true
}

func (e *export) readBack(ctx context.Context, take func(string, document)) error {
	ours := []client.ListOption{
		client.MatchingFields{"metadata.name": v1alpha1.ReportName},
		client.MatchingLabels{openreports.ManagedBy: openreports.Source},
		client.Limit(page),
	}
	var cluster reports.ClusterReportList
	if err := e.Client.List(ctx, &cluster, ours...); err != nil {
		return fmt.Errorf("list the ClusterReport: %w", err)
	}
	for i := range cluster.Items {
		take("", exported{(*reports.Report)(&cluster.Items[i])})
	}
	for next := ""; ; {
		var list reports.ReportList
		if err := e.Client.List(ctx, &list, append(ours, client.Continue(next))...); err != nil {
			return fmt.Errorf("list the Reports: %w", err)
		}
		for i := range list.Items {
			take(list.Items[i].Namespace, exported{&list.Items[i]})
		}
		if next = list.Continue; next == "" {
			return nil
		}
	}
}

func (*export) restored(string, document) {}

func (e *export) recalled(name string, d document) {
	if !openreports.Ours(d.(exported).Report) {
		e.strangers.Do(func() {
			e.Log.Info("A Report of our name is somebody else's, and is left alone", "namespace", name)
		})
	}
}

func (*export) forgot(string) {}

func (e *export) create(ctx context.Context, d document) (document, error) {
	whole := exported{d.(exported).DeepCopy()}
	return whole, e.Client.Create(ctx, whole.object())
}

// write leaves labels, annotations and owners to whoever set them.
func (e *export) write(ctx context.Context, d document) error {
	patch, err := json.Marshal(openreports.Patch(d.(exported).Report))
	if err != nil {
		return err
	}
	return e.Client.Patch(ctx, d.object(), client.RawPatch(types.MergePatchType, patch))
}

// exported is a Report, or a ClusterReport, which has the same fields.
type exported struct{ *reports.Report }

func (d exported) object() client.Object {
	if d.Namespace == "" {
		return (*reports.ClusterReport)(d.Report)
	}
	return d.Report
}

func (d exported) digest() report.Digest { return openreports.Digest(d.Report) }

func (d exported) full() report.Digest { return openreports.FullDigest(d.Report) }

func (d exported) holding() *holding {
	return &holding{
		uid: d.UID, version: d.ResourceVersion, digest: d.digest(),
		stamps: openreports.Times(d.Report), stranger: !openreports.Ours(d.Report),
	}
}

func (d exported) stamp(h *holding, now time.Time) (same bool) {
	if h == nil {
		h = &holding{}
	}
	openreports.Stamp(d.Report, h.stamps, now)
	return h.stranger || d.digest() == h.digest && h.stands(d)
}
