package ingest

import (
	"testing"
	"time"

	"k8s.io/utils/clock"
)

func TestAHaltedClockWaitsForNothing(t *testing.T) {
	done := make(chan struct{})
	c := haltingClock{WithTicker: clock.RealClock{}, done: done}
	long := c.After(time.Hour)
	<-c.After(time.Millisecond)
	select {
	case <-long:
		t.Fatal("the clock runs too fast")
	default:
	}
	close(done)
	<-long
	<-c.After(time.Hour)
	noGoroutines(t)
}
