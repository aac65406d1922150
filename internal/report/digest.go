package report

import (
	"crypto/sha256"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// Digest is a hash of a status without its times.
type Digest [sha256.Size]byte

// NamespacedDigest is the digest of a namespace's status.
func NamespacedDigest(s v1alpha1.MeshAuditReportStatus) Digest {
	s.ReportStatus = timeless(s.ReportStatus)
	return sha256.Sum256(marshal(&s))
}

// ClusterDigest is the digest of the cluster's status.
func ClusterDigest(s v1alpha1.ClusterMeshAuditReportStatus) Digest {
	s.ReportStatus = timeless(s.ReportStatus)
	s.LastHeartbeat = metav1.Time{}
	s.Sources = slices.Clone(s.Sources)
	for i := range s.Sources {
		s.Sources[i].LastSuccess = metav1.Time{}
	}
	return sha256.Sum256(marshal(&s))
}

// timeless is a copy without times.
func timeless(s v1alpha1.ReportStatus) v1alpha1.ReportStatus {
	s.Changed = metav1.Time{}
	s.Findings = slices.Clone(s.Findings)
	for i := range s.Findings {
		s.Findings[i].FirstSeen = metav1.Time{}
	}
	s.Resolved = slices.Clone(s.Resolved)
	for i := range s.Resolved {
		s.Resolved[i].FirstSeen, s.Resolved[i].ResolvedAt = metav1.Time{}, metav1.Time{}
	}
	s.Conditions = slices.Clone(s.Conditions)
	for i := range s.Conditions {
		s.Conditions[i].LastTransitionTime = metav1.Time{}
	}
	return s
}

// Stamp sets the times of a status: those of the old one where the content
// (same) or a condition's status did not change, else now.
func Stamp(s, old *v1alpha1.ReportStatus, same bool, now time.Time) {
	at := metav1.NewTime(now.UTC().Truncate(time.Second))
	s.Changed = at
	if same && !old.Changed.IsZero() {
		s.Changed = old.Changed
	}
	for i := range s.Conditions {
		s.Conditions[i].LastTransitionTime = since(&s.Conditions[i], old.Conditions, at)
	}
}

func since(c *metav1.Condition, old []metav1.Condition, now metav1.Time) metav1.Time {
	for i := range old {
		if old[i].Type == c.Type && old[i].Status == c.Status && !old[i].LastTransitionTime.IsZero() {
			return old[i].LastTransitionTime
		}
	}
	return now
}

// FullDigest is the digest of a status of either kind with its times.
func FullDigest(status any) Digest { return sha256.Sum256(marshal(status)) }
