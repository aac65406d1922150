package ingest

import (
	"context"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// partition is a network in which, from some time on, nothing is heard of what
// is sent, so that connecting times out.
type partition struct {
	network

	lost atomic.Bool
}

func (p *partition) dial(ctx context.Context, kind, address string) (net.Conn, error) {
	if !p.lost.Load() {
		return p.network.dial(ctx, kind, address)
	}
	timer := time.NewTimer(150 * time.Millisecond) // client-go tries ten times before it gives a watch up
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil, &net.OpError{Op: "dial", Net: kind, Err: os.ErrDeadlineExceeded}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Client-go gives an empty watch, and no error, where connecting timed out.
func TestAWatchThatTimesOutIsNoSuccess(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	create(t, env, newService(ns, "stays"))
	p := &partition{}
	config := rest.CopyConfig(env.Config)
	config.Dial = p.dial
	w := watchWorld(t, config, []inventory.Kind{service}, func(o *Options) { o.StaleAfter = 3 * time.Second })
	w.waitState(service, "", inventory.Listed)

	p.lost.Store(true)
	p.set(true) // the connections that there are
	w.waitState(service, "", inventory.Stale)
	w.expect(service, ns, "stays", true)

	p.lost.Store(false)
	p.set(false)
	w.waitState(service, "", inventory.Listed)
}
