package load

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
)

// Rates are changes per second; one of 0 makes none. A restart is three writes
// and a rollout of n Pods is 3n+4; an edit or relabelling is one.
type Rates struct{ PodRestarts, Rollouts, ConfigEdits, Relabels float64 }

func (r Rates) of(s sort) float64 {
	return [sorts]float64{r.PodRestarts, r.Rollouts, r.ConfigEdits, r.Relabels}[s]
}

// Churned counts what Churn did.
type Churned struct {
	// The changes by sort, without the last ones, which undo edits.
	PodRestarts, Rollouts, ConfigEdits, Relabels int
	// Writes are all requests that change something.
	Writes int
	// Late changes were made more than a second after they were due, Missed ones
	// were due before the end and not made.
	Late, Missed int
}

// Churn changes a filled mesh at steady rates until ctx ends, which is no
// error; what the mesh has nothing of is not changed. Changes are due at fixed
// times, and made up for when the API server is slow. What is changed, and in
// which order, depends on the seed alone; how much, on time.
//
// Edits break something and mend it a little later, so that findings come and
// go. Before Churn returns it completes what it began and undoes the edits that
// are left: the cluster is then as after Fill, but for the names of Pods and
// ReplicaSets. After an error it is not, until the next Fill.
func (m *Mesh) Churn(ctx context.Context, config *rest.Config, rates Rates, seed uint64) (Churned, error) {
	for i := range m.states {
		if m.states[i].current == "" {
			return Churned{}, errUnfilled
		}
	}
	var writes atomic.Int64
	clients, err := connect(config, &writes)
	if err != nil {
		return Churned{}, err
	}
	c := newChurner(m, rates, seed)
	group, failed := errgroup.WithContext(context.WithoutCancel(ctx))
	for i, client := range clients {
		group.Go(func() error { return c.work(failed, client, c.queues[i]) })
	}
	c.dispatch(ctx, failed)
	err = group.Wait()
	c.done.Writes, c.done.Late = int(writes.Load()), int(c.late.Load())
	return c.done, err //nolint:wrapcheck // says what was written
}
