package engine

import (
	"context"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Update is what one step of the loop changed.
type Update struct {
	Changes []inventory.Change
	States  []inventory.StateChange
	Results []*analysis.Result
	// Settled tells that nothing was left to evaluate after the step, and that
	// the barrier has been passed: the results so far are those of the world.
	Settled bool
	// Took is how long the step evaluated; 0 if there was nothing to.
	Took  time.Duration
	Stats Stats
}

// Stats are figures of the engine after a step.
type Stats struct {
	Objects  map[inventory.Kind]int
	Subjects int
	Drift    uint64
}

// Timing holds the loop's durations; see [DefaultTiming].
type Timing struct {
	Barrier     time.Duration // longest wait for the first lists
	Slice       time.Duration // longest evaluation before the inbox is taken again
	Rest        time.Duration // pause after a step, in which changes collect
	VerifyTick  time.Duration // pause between two portions of verification
	VerifyRound time.Duration // time in which every subject is verified once
}

// DefaultTiming is what the operator runs with.
var DefaultTiming = Timing{
	Barrier: time.Minute, Slice: 50 * time.Millisecond, Rest: 20 * time.Millisecond,
	VerifyTick: time.Second, VerifyRound: 10 * time.Minute,
}

// Loop drives an engine from an inbox. It is the only goroutine that touches
// the engine.
type Loop struct {
	Engine *Engine
	Inbox  *inventory.Inbox
	Clock  clock.WithTicker
	Timing Timing
	// Sink takes the updates, in order. It must not block for long.
	Sink func(Update)

	passed  bool // the barrier
	settled atomic.Bool
}

// NeedLeaderElection is false: every replica evaluates, so that a new leader
// knows all at once.
func (*Loop) NeedLeaderElection() bool { return false }

// Settled tells whether everything has been evaluated once after the barrier.
func (l *Loop) Settled() bool { return l.settled.Load() }

// Start runs the loop until ctx ends.
func (l *Loop) Start(ctx context.Context) error {
	barrier := l.Clock.NewTimer(l.Timing.Barrier)
	defer barrier.Stop()
	verify := l.Clock.NewTicker(l.Timing.VerifyTick)
	defer verify.Stop()
	for {
		wake := l.Clock.NewTimer(l.untilWake())
		quiet := false // nothing came, and the next change must not wait
		select {
		case <-ctx.Done():
			wake.Stop()
			return nil
		case <-barrier.C():
			l.passed = true
		case <-l.Inbox.Ready():
		case <-wake.C():
		case <-verify.C():
			l.verify()
			quiet = true
		}
		wake.Stop()
		l.step(ctx)
		if !quiet {
			l.rest(ctx)
		}
	}
}

// untilWake is how long nobody asked for the time; an hour if nobody did.
func (l *Loop) untilWake() time.Duration {
	at := l.Engine.NextWake()
	if at.IsZero() || !l.passed {
		return time.Hour
	}
	return max(at.Sub(l.Clock.Now()), 0)
}

// step takes the inbox and evaluates until nothing is dirty or ctx ends, in
// slices.
func (l *Loop) step(ctx context.Context) {
	for {
		b := l.Inbox.Take()
		u := Update{States: b.States, Changes: l.Engine.Apply(b)}
		l.passed = l.passed || l.listed()
		if l.passed {
			l.evaluate(&u)
		}
		if l.news(&u) {
			u.Stats = l.stats()
			l.Sink(u)
		}
		l.settled.Store(l.settled.Load() || u.Settled)
		if !l.passed || !l.Engine.Dirty() || ctx.Err() != nil {
			return
		}
	}
}

func (l *Loop) evaluate(u *Update) {
	began := l.Clock.Now()
	u.Results = l.Engine.Evaluate(began, func() bool {
		u.Took = l.Clock.Since(began)
		return u.Took >= l.Timing.Slice
	})
	u.Settled = !l.Engine.Dirty()
}

func (l *Loop) news(u *Update) bool {
	return len(u.Changes)+len(u.States)+len(u.Results) > 0 || u.Settled && !l.Settled()
}

// listed tells whether every kind has left the state NotSynced.
func (l *Loop) listed() bool {
	s := l.Engine.Store()
	for _, info := range s.Schema().Kinds() {
		if s.State(info.Kind, "") == inventory.NotSynced {
			return false
		}
	}
	return true
}

func (l *Loop) stats() Stats {
	store := l.Engine.Store()
	s := Stats{Objects: map[inventory.Kind]int{}, Subjects: l.Engine.Subjects(), Drift: l.Engine.Drift()}
	for _, info := range store.Schema().Kinds() {
		if n := store.Len(info.Kind); n > 0 {
			s.Objects[info.Kind] = n
		}
	}
	return s
}

// verify looks again at its share of the subjects.
func (l *Loop) verify() {
	if !l.Settled() || l.Engine.Dirty() {
		return
	}
	drift := l.Engine.Drift()
	ticks := int(l.Timing.VerifyRound / l.Timing.VerifyTick)
	results := l.Engine.Verify(l.Clock.Now(), l.Engine.Subjects()/ticks+1)
	if len(results) > 0 || l.Engine.Drift() != drift {
		l.Sink(Update{Results: results, Settled: true, Stats: l.stats()})
	}
}

// rest lets changes collect, so that a burst is one step.
func (l *Loop) rest(ctx context.Context) {
	timer := l.Clock.NewTimer(l.Timing.Rest)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C():
	}
}
