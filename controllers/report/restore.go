package report

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// restore reads back what an earlier run wrote, however long it takes: nothing
// may be written before. It reports false if ctx ends.
func (c *Controller) restore(ctx context.Context) bool {
	pause := wait.Backoff{Duration: time.Second, Factor: 2, Cap: lastRetry, Steps: 8, Jitter: 0.1}
	for {
		err := c.format.readBack(ctx, c.take)
		if err == nil {
			return true
		}
		c.complain("cannot read the reports back", err)
		if c.pause(ctx, pause.Step()); ctx.Err() != nil {
			return false
		}
	}
}

// take books a report that is there, unless an earlier try did.
func (c *Controller) take(name string, d document) {
	if c.memory.has(name) {
		return
	}
	c.memory.hold(name, d.holding())
	c.format.restored(name, d)
}
