package report

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// LastWrites is how long the controller writes at most after it was asked to
// end. A leader whose renewals fail gives up 5 s before its Lease runs out, so
// that nobody else leads by then.
const LastWrites = 2 * time.Second

// named bounds how many reports a line of the log names.
const named = 10

// lasting is the context of writes. It outlives ctx by LastWrites if the
// operator was asked to end, so that no write is broken off, and by nothing if
// it lost the Lease: another leads then.
func (c *Controller) lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		if !c.Asked() {
			return
		}
		timer := c.Clock.NewTimer(LastWrites)
		defer timer.Stop()
		select {
		case <-timer.C():
		case <-lasting.Done():
		}
	})
	return lasting, func() { stop(); cancel() }
}

// flush writes what is pending, however short a time ago it came, until ctx
// ends. What it did not write, the log names; the next leader writes it.
func (c *Controller) flush(ctx context.Context) {
	for ctx.Err() == nil && !c.abandoned.Load() {
		names := c.pace.pending()
		if len(names) == 0 {
			return
		}
		c.writeAll(ctx, names)
		if len(c.pace.pending()) > 0 {
			c.pause(ctx, firstRetry)
		}
	}
	if left := c.pace.pending(); len(left) > 0 && !c.abandoned.Load() {
		c.Log.Info("Reports do not show the last changes; the next leader writes them",
			"namespaces", left[:min(len(left), named)], "count", len(left)) // "" is the cluster's
	}
}

// writeAll tries each report once. The cluster's is the first of the names.
func (c *Controller) writeAll(ctx context.Context, names []string) {
	var group errgroup.Group
	group.SetLimit(workers)
	for _, name := range names {
		group.Go(func() error {
			c.process(ctx, name)
			return nil
		})
	}
	_ = group.Wait() // the functions give no error
}

// pause waits, no longer than until ctx ends.
func (c *Controller) pause(ctx context.Context, d time.Duration) {
	timer := c.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-ctx.Done():
	}
}
