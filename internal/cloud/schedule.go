package cloud

import (
	"context"
	"math/rand/v2"
	"time"

	"k8s.io/utils/clock"
)

// longestPause bounds the pause after failures, unless the interval is longer.
const longestPause = 4 * time.Hour

// schedule says when to ask next. It backs off while what it is asked for fails.
type schedule struct {
	due    time.Time // zero: at once
	failed int       // times in a row
}

// succeeded asks again when the interval has passed since the begin, or twice
// the time that it took if that is longer.
func (s *schedule) succeeded(began, ended time.Time, interval time.Duration) {
	s.failed = 0
	s.due = began.Add(jitter(max(interval, 2*ended.Sub(began)), 10))
}

// fails asks again after the interval, and after twice as long each time.
func (s *schedule) fails(ended time.Time, interval time.Duration) {
	wait := interval
	for range s.failed {
		wait = min(2*wait, max(longestPause, interval))
	}
	s.failed++
	s.due = ended.Add(jitter(wait, 5))
}

// jitter adds a part of the duration by chance, less than one of the parts.
func jitter(d time.Duration, parts int64) time.Duration {
	return d + time.Duration(rand.Int64N(max(1, int64(d)/parts))) //nolint:gosec // not for secrecy
}

// pause waits, until ctx ends at most.
func pause(ctx context.Context, c clock.Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := c.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
