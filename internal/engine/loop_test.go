package engine_test

import (
	"context"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// running is a loop on a clock that the test moves.
type running struct {
	*testing.T
	loop    *engine.Loop
	inbox   *inventory.Inbox
	clock   *clocktesting.FakeClock
	updates chan engine.Update
}

func run(t *testing.T, checks ...analysis.Check) *running {
	t.Helper()
	r := &running{
		T: t, inbox: inventory.NewInbox(), clock: clocktesting.NewFakeClock(noon),
		updates: make(chan engine.Update, 100),
	}
	r.loop = &engine.Loop{
		Engine: engine.New(engine.Config{Schema: schema, Checks: checks, Broken: func(p analysis.Panic) { t.Error(p) }}),
		Inbox:  r.inbox, Clock: r.clock, Timing: engine.DefaultTiming, Sink: func(u engine.Update) { r.updates <- u },
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.loop.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r
}

// next moves the clock until the loop tells of something.
func (r *running) next(step time.Duration) engine.Update {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case u := <-r.updates:
			return u
		case <-tick.C:
			if r.clock.HasWaiters() {
				r.clock.Step(step)
			}
		case <-ctx.Done():
			r.Fatal("the loop told of nothing")
		}
	}
}

func (r *running) list(k inventory.Kind, objects ...*inventory.Object) {
	r.inbox.Update(func(b *inventory.Batch) {
		b.SetState(k, "", inventory.Listed)
		for _, o := range objects {
			b.Put(o)
		}
	})
}

func TestBarrierWaitsForEveryKind(t *testing.T) {
	r := run(t, openBox)
	r.list("Box", aBox("hat", "round"))
	if u := r.next(0); len(u.Results) > 0 || u.Settled || r.loop.Settled() {
		t.Errorf("evaluated before the kind Lid was listed: %+v", u)
	}
	r.list("Lid", aLid("round", "red"))
	if u := r.next(time.Millisecond); len(u.Results) > 0 || !u.Settled {
		t.Errorf("want nothing found and settled, got %+v", u)
	}
}

func TestBarrierGivesUpAndSaysWhatIsUnknown(t *testing.T) {
	r := run(t, openBox)
	r.list("Box", aBox("hat", "round"))
	r.next(0)
	u := r.next(10 * time.Second)
	if len(u.Results) != 1 || len(u.Results[0].NotEvaluated) != 1 ||
		u.Results[0].NotEvaluated[0].Reason != inventory.NotSynced {
		t.Errorf("want the check not evaluated (NotSynced), got %+v", u)
	}
}

func TestLoopWakesWhenACheckAskedForIt(t *testing.T) {
	later := noon.Add(time.Hour)
	old := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "old", Severity: analysis.Low, Subject: "Box",
		Run: func(p *analysis.Pass) {
			if p.Reached(later) {
				p.Report("", "is old")
			}
		},
	}}
	r := run(t, old)
	r.list("Box", aBox("hat", ""))
	r.list("Lid")
	for !r.next(time.Millisecond).Settled {
	}
	if u := r.next(5 * time.Minute); len(u.Results) != 1 || r.clock.Now().Before(later) {
		t.Errorf("at %s: %+v", r.clock.Now(), u)
	}
}

func TestBurstIsOneStep(t *testing.T) {
	r := run(t, openBox)
	r.list("Lid")
	r.list("Box")
	for !r.next(time.Millisecond).Settled {
	}
	r.inbox.Update(func(b *inventory.Batch) {
		for range 500 {
			b.Put(aBox("hat", "round"))
		}
	})
	if u := r.next(time.Millisecond); len(u.Changes) != 1 || len(u.Results) != 1 {
		t.Errorf("%d changes, %d results; want one of each", len(u.Changes), len(u.Results))
	}
}
