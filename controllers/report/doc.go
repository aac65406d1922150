// Package report keeps MeshAuditReports and the ClusterMeshAuditReport equal
// to the ledger's views.
//
// The leader alone writes. It first reads its own reports back, so that the
// ledger knows since when what was wrong, then waits until everything has been
// evaluated once, and from then on keeps each report up to date:
//
//   - A report is written when its content differs from what the API server
//     holds. What that is, is remembered as a hash and a resource version; it
//     is read again only after a conflict, or when the watch on the reports'
//     metadata shows a version that was not written here.
//   - A change is written once the report has stood still for a quiet period,
//     and no more often than [Limits] say. A failure is retried with back-off.
//   - A namespace that is not audited has no report. Nothing is written to, or
//     deleted from, a namespace that is being deleted; its report goes with it.
//   - What came and went is the difference between what a report showed, as it
//     was written or read back here, and what it shows. It is part of the write
//     that shows it (status.resolved), and is counted, and told in Events, once
//     that write has succeeded: after a crash in between, it is in the report and
//     is not counted. What the policy hides or shows, the end of a namespace, and
//     what hands did to the report are no such difference.
//   - While nothing changes, nothing is written but the cluster report's
//     heartbeat, once an hour; a restart makes no difference.
//   - Asked to end, it writes what is pending without a quiet period, for two
//     seconds at most, and logs what it could not write. Having lost the Lease,
//     it writes nothing.
//
// OpenReports are kept in the same way, in another format, while they are
// switched on and their CRDs are installed, by a second controller that shares
// neither queue nor limiter with the first: neither waits for the other. Only
// the first tells the ledger and the metrics of what it does.
//
// What grows is bounded by the reports that there are or should be, with one
// entry each: the queue, the pace, and the memory. The buffers of the watches,
// which client-go does not bound, stay short, since no handler waits for more
// than a lock that nobody holds while waiting.
package report
