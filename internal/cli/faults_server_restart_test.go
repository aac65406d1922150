package cli

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// The API server, or etcd below it, goes while the mesh is edited: one edit is
// made right before, and one as soon as it is back. A leader that cannot renew
// its Lease for ten seconds ends, and its standby goes on.
func TestAServerThatRestartsLosesNothing(t *testing.T) {
	w := newSamples(t)
	mend := func() { w.remove(t, "networking.istio.io/v1", "DestinationRule", "sample-mtls", "ledger") }
	w.setMode(t, "PERMISSIVE")
	mend()
	want := w.fresh(t)
	for name, stop := range map[string]func(testing.TB) func(){"API server": w.StopAPIServer, "etcd": w.StopEtcd} {
		t.Run(name, func(t *testing.T) {
			w.setMode(t, "STRICT")
			w.applyObject(t, w.object(t, "DestinationRule", "ledger"))
			first := w.operate(t)
			first.settle(t)
			second := w.operate(t)
			second.ready(t)
			seen := w.firstSeen(t)
			w.setMode(t, "PERMISSIVE")
			stop(t)()
			w.waitForServer(t)
			mend()
			w.waitForReports(t, want)
			seen.add(t, w.firstSeen(t))
			leader := leading(t, first, second)
			w.quiet(t, leader)
			leader.stop()
		})
	}
}

// leading gives the one of two replicas that leads, and kills the other.
func leading(t *testing.T, first, second *replica) *replica {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		err := first.settled(t)
		if err != nil {
			first, second = second, first
		}
		return err
	})
	second.kill()
	return first
}

// waitForServer waits until the API server reads and writes.
func (c *cluster) waitForServer(t *testing.T) {
	t.Helper()
	ns := &corev1.Namespace{}
	ns.Name = system
	envtesting.WaitFor(t, func() error {
		return c.Client.Patch(t.Context(), ns.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"labels": {"up": "true"}}}`)))
	})
}
