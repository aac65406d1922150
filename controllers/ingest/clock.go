package ingest

import (
	"time"

	"k8s.io/utils/clock"
)

// haltingClock ends all waiting of a reflector when the reflector is to end. A
// reflector whose API server refuses connections waits up to a minute without
// looking at its context, and an operator must not take that long to end.
type haltingClock struct {
	clock.WithTicker

	done <-chan struct{}
}

// After receives after d, or when the clock halts.
func (c haltingClock) After(d time.Duration) <-chan time.Time {
	fired := make(chan time.Time, 1)
	timer := c.NewTimer(d)
	go func() {
		defer timer.Stop()
		select {
		case t := <-timer.C():
			fired <- t
		case <-c.done:
			fired <- c.Now()
		}
	}()
	return fired
}
