package envtesting

import "testing"

// StopEtcd ends etcd under the API server, which then refuses or holds all
// requests, and gives the function that starts it again, at the same address
// and with what it stored. The test's end starts it, if the test did not.
func (e *Env) StopEtcd(tb testing.TB) (restart func()) {
	tb.Helper()
	etcd := e.plane.ControlPlane.Etcd
	if err := etcd.Stop(); err != nil {
		tb.Fatalf("stop etcd: %v", err)
	}
	stopped := true
	restart = func() {
		if !stopped {
			return
		}
		stopped = false
		if err := etcd.Start(); err != nil {
			tb.Fatalf("start etcd again: %v", err)
		}
	}
	tb.Cleanup(restart)
	return restart
}
