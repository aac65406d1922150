// Package awstest is a server that speaks the protocols of App Mesh, ACM and
// STS: REST-JSON with bare objects and pages, JSON and query. It holds in memory
// what a test puts there, answers only what MeshAudit may ask, records each
// operation, and fails in the ways in which AWS, and what stands before it,
// can fail.
package awstest
