package report

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/meshaudit/meshaudit/internal/metrics"
)

// workers is how many reports are written at a time.
const workers = 4

// work brings reports up to date until the queue is shut down.
func (c *Controller) work(ctx context.Context, group *sync.WaitGroup) {
	for range workers {
		group.Go(func() {
			for c.next(ctx) {
			}
		})
	}
}

func (c *Controller) next(ctx context.Context) bool {
	name, down := c.queue.Get()
	if down {
		return false
	}
	defer c.queue.Done(name)
	if wait := c.pace.wait(name, c.Clock.Now()); wait > 0 {
		c.queue.AddAfter(name, wait)
		return true
	}
	c.process(ctx, name)
	return true
}

// process brings one report up to date, and asks for another try if that failed.
func (c *Controller) process(ctx context.Context, name string) {
	began := c.pace.begin(name)
	holds, wrote, err := c.sync(ctx, name)
	now := c.Clock.Now()
	if wrote && !astray(err) {
		c.pace.tried(name, now)
	}
	if err != nil {
		c.failed(ctx, name, err)
		return
	}
	recent := began.changes > 0 && began.first.After(c.began)
	c.history.published(name, holds, recent)
	c.queue.Forget(name)
	c.pace.end(name, began)
	if wrote && recent {
		c.Observer.Reported(now.Sub(began.first))
	}
	c.afterwards(name, holds != nil)
}

// afterwards books the cluster's next heartbeat, and forgets a report that is
// gone.
func (c *Controller) afterwards(name string, wanted bool) {
	h, _ := c.memory.recall(name)
	switch {
	case h == nil:
		c.pace.forget(name)
		c.format.forgot(name)
		if !wanted {
			c.history.withdrawn(name, c.disposable(name))
		}
	case name == "":
		if wait, beats := h.untilBeat(c.Clock.Now()); beats {
			c.queue.AddAfter(name, wait)
		}
	}
}

// failed counts, logs and retries. A conflict only asks for a fresh look.
func (c *Controller) failed(ctx context.Context, name string, err error) {
	if ctx.Err() != nil {
		return
	}
	c.queue.AddRateLimited(name)
	if astray(err) {
		c.memory.distrust(name)
	}
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || ending(err) {
		c.Observer.Wrote(metrics.Conflict)
		return
	}
	c.Observer.Wrote(metrics.Failed)
	c.complain("cannot bring a report up to date", err, "namespace", name)
}

// ending tells that the namespace is being deleted, which the ledger will hear.
func ending(err error) bool { return apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) }

// complain logs, but not without end.
func (c *Controller) complain(message string, err error, values ...any) {
	c.complaints.Do(func() { c.Log.Error(err, message, values...) })
}
