// Package mesh says what the objects of a cluster mean to a mesh: which
// workloads a selector reaches, who gets a sidecar, what a host resolves to,
// which rule applies to a client, whether a NetworkPolicy lets a flow pass.
//
// Its functions are pure and read only through the [inventory.Reader] that they
// are given, so that what a check learns by them is recorded where it is used.
// They answer as the data plane of a named version was seen to behave; where a
// cluster does not show enough to know, the [Answer] is Maybe, and a check says
// nothing.
package mesh
