// Package kinds is THE KIND TABLE: for each kind that MeshAudit reads, how an
// API object becomes the value that checks see, when two values are the same,
// by which indexes they are found, and how the kind is read.
//
// A kind is one row, made by one call in the file of its API group; nothing
// outside this package knows how an object is projected. A projection keeps
// what checks read and drops the rest: managed fields, status churn, noise in
// annotations. Values are pointers, shared and read-only.
//
// Adding a kind touches one file here; make generate writes the RBAC from the
// table.
package kinds
