package load

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// churner is one run of Churn.
type churner struct {
	mesh   *Mesh
	plan   *plan
	rates  [sorts]float64
	made   [sorts]int
	queues []chan queued // one for each client
	done   Churned
	late   atomic.Int64
}

type queued struct {
	change
	due time.Time
}

// queue is the room for changes that wait for one client, so that a rollout
// there does not keep changes from the others.
const queue = 64

func newChurner(m *Mesh, rates Rates, seed uint64) *churner {
	c := &churner{mesh: m, plan: newPlan(m, seed), queues: make([]chan queued, concurrency)}
	for s := range sorts {
		if c.plan.has(s) {
			c.rates[s] = rates.of(s)
		}
	}
	for i := range c.queues {
		c.queues[i] = make(chan queued, queue)
	}
	return c
}

// work makes the changes of a queue. They are completed even if the churn has
// ended meanwhile, but not for ever.
func (c *churner) work(ctx context.Context, client *api, todo <-chan queued) error {
	for ch := range todo {
		if time.Since(ch.due) > time.Second {
			c.late.Add(1)
		}
		limited, cancel := context.WithTimeout(ctx, time.Minute)
		err := c.mesh.perform(limited, client, ch.change)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// dispatch hands out changes when they are due until ctx ends, then those that
// undo edits. A client that has failed ends all.
func (c *churner) dispatch(ctx, failed context.Context) {
	began := time.Now()
	for {
		s, due := c.next()
		if !wait(ctx, failed, time.Until(began.Add(due))) {
			break
		}
		if !c.hand(failed, queued{c.plan.next(s), began.Add(due)}) {
			break
		}
		c.made[s]++
	}
	c.account(time.Since(began))
	for _, ch := range c.plan.back() {
		c.hand(failed, queued{ch, time.Now()})
	}
	for _, q := range c.queues {
		close(q)
	}
}

// next finds the sort of the next change and when, after the beginning, it is
// due.
func (c *churner) next() (next sort, due time.Duration) {
	due = math.MaxInt64
	for s := range sorts {
		if c.rates[s] <= 0 {
			continue
		}
		if d := time.Duration(float64(c.made[s]+1) / c.rates[s] * float64(time.Second)); d < due {
			next, due = s, d
		}
	}
	return next, due
}

// hand gives a change to the client that makes all of its application, so that
// they stay in order. It waits for a place in the queue, and tells whether it
// got one.
func (c *churner) hand(failed context.Context, ch queued) bool {
	select {
	case c.queues[ch.number%len(c.queues)] <- ch:
		return true
	case <-failed.Done():
		return false
	}
}

func (c *churner) account(took time.Duration) {
	c.done.PodRestarts, c.done.Rollouts = c.made[podRestart], c.made[rollout]
	c.done.ConfigEdits, c.done.Relabels = c.made[configEdit], c.made[relabel]
	for s := range sorts {
		c.done.Missed += max(0, int(took.Seconds()*c.rates[s])-c.made[s])
	}
}

// wait waits for a time, which may be over, and tells whether neither context
// has ended.
func wait(ctx, failed context.Context, d time.Duration) bool {
	timer := time.NewTimer(max(0, d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil && failed.Err() == nil
	case <-ctx.Done():
	case <-failed.Done():
	}
	return false
}
