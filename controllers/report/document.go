package report

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/report"
)

// heartbeat is how often the cluster's report tells that the operator lives.
const heartbeat = time.Hour

// document is a report of either kind. A report is named by its namespace, or
// "" for the cluster's.
type document struct {
	client.Object
	common    *v1alpha1.ReportStatus // in the object
	heartbeat *metav1.Time           // in the object; nil in a namespace's report
	digest    func() report.Digest
	full      func() report.Digest // with times
}

func newDocument(name string) document {
	if name == "" {
		return clusterDocument(&v1alpha1.ClusterMeshAuditReport{})
	}
	return namespacedDocument(&v1alpha1.MeshAuditReport{ObjectMeta: metav1.ObjectMeta{Namespace: name}})
}

func namespacedDocument(r *v1alpha1.MeshAuditReport) document {
	r.Name = v1alpha1.ReportName
	return document{
		Object: r, common: &r.Status.ReportStatus,
		digest: func() report.Digest { return report.NamespacedDigest(r.Status) },
		full:   func() report.Digest { return report.FullDigest(&r.Status) },
	}
}

func clusterDocument(r *v1alpha1.ClusterMeshAuditReport) document {
	r.Name = v1alpha1.ReportName
	return document{
		Object: r, common: &r.Status.ReportStatus, heartbeat: &r.Status.LastHeartbeat,
		digest: func() report.Digest { return report.ClusterDigest(r.Status) },
		full:   func() report.Digest { return report.FullDigest(&r.Status) },
	}
}

// holding is what the API server holds once it has answered with the document.
func (d document) holding() *holding {
	h := &holding{
		uid: d.GetUID(), version: d.GetResourceVersion(), digest: d.digest(),
		times:     v1alpha1.ReportStatus{Changed: d.common.Changed, Conditions: d.common.Conditions},
		truncated: int(d.common.Truncated.Count),
	}
	if d.heartbeat != nil {
		h.heartbeat = *d.heartbeat
	}
	return h
}

// stamp sets the times, and tells whether the API server holds the same.
func (d document) stamp(h *holding, now time.Time) (same bool) {
	digest := d.digest()
	same = h != nil && digest == h.digest
	if h == nil {
		h = &holding{}
	}
	report.Stamp(d.common, &h.times, same, now)
	if d.heartbeat != nil {
		*d.heartbeat = beat(h.heartbeat, now)
		same = same && d.heartbeat.Equal(&h.heartbeat)
	}
	return same && !h.again && (h.foreign == nil || *h.foreign == d.full())
}

// beat is the time of the last heartbeat, now if another is due, or if the last
// lies too far ahead to be true.
func beat(last metav1.Time, now time.Time) metav1.Time {
	if now.Sub(last.Time).Abs() < heartbeat {
		return last
	}
	return metav1.NewTime(now.UTC().Truncate(time.Second))
}

// untilBeat is how long the next heartbeat is off.
func (h *holding) untilBeat(now time.Time) time.Duration {
	return max(h.heartbeat.Add(heartbeat).Sub(now), 0)
}
