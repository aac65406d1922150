// Package envtesting gives tests a real control plane: etcd and kube-apiserver,
// without the controllers, so that nothing but the test writes to it.
//
// A test binary has at most one. It starts with the first call of [Start] and
// ends with the binary, which must therefore run its tests through [Run]:
//
//	func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }
//
// Tests share its objects. They keep apart by namespaces of their own, see
// [Env.Namespace]; those that change what all share (CRDs, the API server)
// must not run in parallel with others.
//
// A program, or a test that needs flags of its own, has control planes of its
// own by [Launch].
package envtesting
