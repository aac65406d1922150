package ingest

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// network is a connection to the API server that can be cut.
type network struct {
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func (n *network) dial(ctx context.Context, kind, address string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cut {
		return nil, &net.OpError{Op: "dial", Net: kind, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, kind, address)
	if err == nil {
		n.conns = append(n.conns, conn)
	}
	return conn, err
}

// set cuts or mends the network.
func (n *network) set(cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut = cut
	for _, c := range n.conns {
		_ = c.Close()
	}
	n.conns = nil
}

func (n *network) behind(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Dial = n.dial
	return config
}

func TestAKindThatCannotBeReadForLongIsStale(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	gone := create(t, env, newService(ns, "gone"))
	create(t, env, newSidecar(ns, "stays"))
	n := &network{}
	w := watchWorld(t, n.behind(env.Config), []inventory.Kind{service, crd, sidecar}, func(o *Options) {
		o.StaleAfter = 2 * time.Second
	})
	w.waitState(service, "", inventory.Listed)
	w.waitState(sidecar, "", inventory.Listed)

	n.set(true)
	remove(t, env, gone)
	create(t, env, newService(ns, "new"))
	for _, k := range []inventory.Kind{service, crd, sidecar} {
		w.waitState(k, "", inventory.Stale)
	}
	w.expect(service, ns, "gone", true)
	w.expect(sidecar, ns, "stays", true)

	n.set(false)
	for _, k := range []inventory.Kind{service, crd, sidecar} {
		w.waitState(k, "", inventory.Listed)
	}
	w.waitGone(service, ns, "gone")
	w.waitFor(service, ns, "new")
	w.expect(sidecar, ns, "stays", true)
	if list := w.lines.about(service); len(list) > 2 {
		t.Errorf("log:\n%s", w.lines)
	}
	if w.dropped[sidecar] > 0 {
		t.Error("Sidecars were dropped")
	}
}

// While nothing answers, the end must not wait for a retry.
func TestTheEndIsPromptWhileNothingAnswers(t *testing.T) {
	env := envtesting.Start(t)
	n := &network{cut: true}
	w := watchWorld(t, n.behind(env.Config), nil, func(o *Options) { o.Retry = time.Hour })
	w.wait(func() error { return require(len(w.ingest.journal.troubles()) > 10, "no trouble yet") })
	w.stop()
	noGoroutines(t)
}

func (j *journal) troubles() []inventory.Kind {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []inventory.Kind
	for k := range j.pending {
		list = append(list, k)
	}
	for k := range j.said {
		list = append(list, k)
	}
	return list
}

// The new API server does not remember old resource versions, so that kinds are
// listed again; and a right that went is noticed.
func TestTheAPIServerRestarts(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	gone := create(t, env, newService(ns, "gone"))
	create(t, env, newService(ns, "stays"))
	create(t, env, newSidecar(ns, "stays"))
	create(t, env, newConfigMap(ns, "named", nil))
	crds := envtesting.Read(crdGroup, "customresourcedefinitions")
	istio, services := envtesting.Read("networking.istio.io", "*"), envtesting.Read("", "services")
	n := &network{}
	user := n.behind(env.AddUser(t, "outlasting", crds, istio, services))
	w := watchWorld(t, user, []inventory.Kind{service, crd, sidecar})
	w.waitState(service, "", inventory.Listed)
	w.waitState(sidecar, "", inventory.Listed)

	n.set(true)
	remove(t, env, gone)
	env.Grant(t, "outlasting", "", crds, services)
	env.StopAPIServer(t)()
	n.set(false)
	w.waitState(sidecar, "", inventory.Forbidden)
	w.expect(sidecar, ns, "stays", true)
	w.waitGone(service, ns, "gone")
	w.expect(service, ns, "stays", true)
	create(t, env, newService(ns, "new"))
	w.waitFor(service, ns, "new")

	env.Grant(t, "outlasting", "", crds, services, istio)
	w.waitState(sidecar, "", inventory.Listed)
	w.expect(sidecar, ns, "stays", true)
	if w.dropped[sidecar] > 0 {
		t.Error("Sidecars were dropped")
	}
}
