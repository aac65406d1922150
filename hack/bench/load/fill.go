package load

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
)

// Fill writes the mesh through 24 clients without limit of rate, owners first,
// and tells the progress every five seconds. The API server must be on this
// machine, and know the CRDs of [Groups]. What is there already is kept, so
// that Fill completes what an earlier one left, and takes over what another
// Mesh of the same size and seed has churned. It ends with the first error.
func (m *Mesh) Fill(ctx context.Context, config *rest.Config, progress io.Writer) error {
	var writes atomic.Int64
	clients, err := connect(config, &writes)
	if err != nil {
		return err
	}
	defer tell(progress, &writes)()
	for _, o := range installation() {
		if _, err := clients[0].create(ctx, o); err != nil {
			return err
		}
	}
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range clients {
		group.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= m.size.Namespaces+Probes {
					return nil
				}
				if err := m.fillOne(ctx, c, n); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait() //nolint:wrapcheck // says what was written
}

// tell prints the progress until its result is called.
func tell(progress io.Writer, writes *atomic.Int64) (stop func()) {
	began, done, ended := time.Now(), make(chan struct{}), make(chan struct{})
	say := func() {
		n, d := writes.Load(), time.Since(began)
		fmt.Fprintf(progress, "fill: %d writes in %.0f s, %.0f/s\n", n, d.Seconds(), float64(n)/d.Seconds())
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(5 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				say()
			case <-done:
				say()
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// fillOne writes one namespace of the mesh, or a probe's.
func (m *Mesh) fillOne(ctx context.Context, c *api, n int) error {
	objects := probe(n - m.size.Namespaces)
	if n < m.size.Namespaces {
		objects = m.configs(n)
	}
	for _, o := range objects {
		if err := c.describe(ctx, o); err != nil {
			return err
		}
	}
	if n >= m.size.Namespaces {
		return nil
	}
	for a := range m.apps(n) {
		if err := m.fillApp(ctx, c, &a); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mesh) fillApp(ctx context.Context, c *api, a *app) error {
	s := &m.states[a.number]
	d := a.deployment(s.revision)
	existed, err := c.take(ctx, d)
	if err != nil {
		return err
	}
	present := map[int]bool{}
	if existed {
		if present, err = a.adopt(ctx, c, d, s); err != nil {
			return err
		}
	}
	s.deployment = d.UID
	if err := a.createSets(ctx, c, s); err != nil {
		return err
	}
	for slot := range a.replicas {
		if present[slot] {
			continue
		}
		if err := a.createPod(ctx, c, s, slot); err != nil {
			return err
		}
	}
	return nil
}

// createSets makes the ReplicaSet of the current revision and the one before.
func (a *app) createSets(ctx context.Context, c *api, s *state) error {
	if _, err := c.create(ctx, a.replicaSet(s.revision-1, 0, s.deployment)); err != nil {
		return err
	}
	current := a.replicaSet(s.revision, a.replicas, s.deployment)
	_, err := c.take(ctx, current)
	s.current = current.UID
	return err
}
