// Package load fills a control plane with a synthetic mesh of any size and
// keeps it changing, so that what a large cluster costs can be measured on one
// machine. It plays the parts of users, controllers, kubelets and injectors,
// since none of these run.
//
// A [Mesh] is a description: it holds no objects, but makes each when it is
// written. The same size and seed give the same mesh. Of ten namespaces, eight
// are in Istio's mesh, one is in App Mesh, and one in none. A share of the
// applications has one mistake each, see [Mesh.Mistakes]; nothing else in the
// mesh deserves a finding above Info.
//
// Everything here writes to this machine only, see [Mesh.Fill], and to a
// control plane with the flags of [ControlPlane].
package load
