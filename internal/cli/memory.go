package cli

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"k8s.io/utils/clock"
)

// How often garbage is collected. The operator holds much and makes little
// garbage once it has listed, so that memory is saved at little cost; a start
// makes ten times what it keeps, most of it while that is still little. See
// docs/performance.md.
const (
	// growth is by how many percent the heap may grow between two collections,
	// Go's GOGC.
	growth = 20
	// room is how many bytes it may grow in any case until everything was
	// evaluated once. No more than what growth gives to 100,000 Pods, so that
	// they cost no memory by it.
	room = 64 << 20
	// retune is how often the percentage follows the heap until then.
	retune = 100 * time.Millisecond
)

// collector sets how often garbage is collected, unless the environment does. It
// is a runnable of the manager.
type collector struct {
	settled func() bool // everything was evaluated once
	clock   clock.WithTicker
}

// NeedLeaderElection is false: every replica holds the same.
func (*collector) NeedLeaderElection() bool { return false }

// Start implements the manager's Runnable. It returns once everything was
// evaluated, or when ctx ends.
func (c *collector) Start(ctx context.Context) error {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	defer debug.SetGCPercent(growth)
	ticker := c.clock.NewTicker(retune)
	defer ticker.Stop()
	for set := 0; !c.settled(); {
		if percent := percentFor(liveHeap()); percent != set {
			debug.SetGCPercent(percent) // stops the world for a moment
			set = percent
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		}
	}
	return nil
}

// percentFor is the percentage that gives a heap of so many bytes its room.
func percentFor(live uint64) int {
	const least = 1 << 20 // of a heap

	return max(growth, int(100*room/max(live, least))) //nolint:gosec // 6,400 at most
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
