// Package report turns the ledger's views into the status of a MeshAuditReport
// or of the ClusterMeshAuditReport, and back.
//
// What a report showed ([Shown]) and shows is compared here, too: what came, what
// went ([Change]), and the list of what went last.
//
// Everything here is a pure function. The same view gives the same bytes: a
// status holds no figure that moves by itself, and its times are those of the
// status before it wherever what they are about did not change ([Stamp]).
// Times are no content: two statuses with the same [Digest] say the same.
package report
