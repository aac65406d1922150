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

// ownDocument is a MeshAuditReport or the ClusterMeshAuditReport.
type ownDocument struct {
	client.Object
	common    *v1alpha1.ReportStatus // in the object
	heartbeat *metav1.Time           // in the object; nil in a namespace's report
	sum       func() report.Digest
	sumAll    func() report.Digest // with times
	news      *news                // of one that was rendered
}

func newDocument(name string) ownDocument {
	if name == "" {
		return clusterDocument(&v1alpha1.ClusterMeshAuditReport{})
	}
	return namespacedDocument(&v1alpha1.MeshAuditReport{ObjectMeta: metav1.ObjectMeta{Namespace: name}})
}

func namespacedDocument(r *v1alpha1.MeshAuditReport) ownDocument {
	r.Name = v1alpha1.ReportName
	return ownDocument{
		Object: r, common: &r.Status.ReportStatus,
		sum:    func() report.Digest { return report.NamespacedDigest(r.Status) },
		sumAll: func() report.Digest { return report.FullDigest(&r.Status) },
	}
}

func clusterDocument(r *v1alpha1.ClusterMeshAuditReport) ownDocument {
	r.Name = v1alpha1.ReportName
	return ownDocument{
		Object: r, common: &r.Status.ReportStatus, heartbeat: &r.Status.LastHeartbeat,
		sum:    func() report.Digest { return report.ClusterDigest(r.Status) },
		sumAll: func() report.Digest { return report.FullDigest(&r.Status) },
	}
}

// with adds the news, as far as the document has room for what went.
func (d ownDocument) with(n *news) ownDocument {
	n.shows.Resolved = n.shows.Resolved[:len(d.common.Resolved)]
	d.news = n
	return d
}

func (d ownDocument) object() client.Object { return d.Object }

func (d ownDocument) digest() report.Digest { return d.sum() }

func (d ownDocument) full() report.Digest { return d.sumAll() }

func (d ownDocument) holding() *holding {
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

func (d ownDocument) stamp(h *holding, now time.Time) (same bool) {
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
	return same && h.stands(d)
}

// stands tells whether what is held may stay, if it has the same content.
func (h *holding) stands(d document) bool {
	return !h.again && (h.foreign == nil || *h.foreign == d.full())
}

// beat is the time of the last heartbeat, now if another is due, or if the last
// lies too far ahead to be true.
func beat(last metav1.Time, now time.Time) metav1.Time {
	if now.Sub(last.Time).Abs() < heartbeat {
		return last
	}
	return metav1.NewTime(now.UTC().Truncate(time.Second))
}

// untilBeat is how long the next heartbeat is off, and false if there is none.
func (h *holding) untilBeat(now time.Time) (time.Duration, bool) {
	return max(h.heartbeat.Add(heartbeat).Sub(now), 0), !h.heartbeat.IsZero()
}
