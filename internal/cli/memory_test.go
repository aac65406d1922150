package cli

import (
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"
)

// A small heap gets room, a large one what its share of growth gives it.
func TestGarbageIsCollectedInTime(t *testing.T) {
	for live, want := range map[uint64]int{0: 6400, 1 << 20: 6400, 32 << 20: 200, 360 << 20: 20, 1 << 30: 20} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d bytes: %d %%, want %d", live, got, want)
		}
	}
}

// Once everything was evaluated, and whatever the heap was before, the
// percentage is what saves memory.
func TestAfterAStartMemoryIsSaved(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	t.Setenv("GOGC", "")
	synctest.Test(t, func(t *testing.T) {
		watch := clock.RealClock{} // the time of the bubble
		began := watch.Now()
		c := &collector{settled: func() bool { return watch.Since(began) > time.Second }, clock: watch}
		if err := c.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	if got := debug.SetGCPercent(growth); got != growth {
		t.Errorf("%d %%", got)
	}
}
