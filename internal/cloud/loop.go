package cloud

import (
	"context"
	"time"
)

// running is a round under way.
type running struct {
	config Config
	end    context.CancelFunc
}

// serves tells whether the round is still what is wanted.
func (r *running) serves(c Config, present bool) bool {
	return c.reads(present) && c.sameWorld(r.config)
}

// Start polls until ctx ends. It returns no error: what fails is told by
// [Poller.Sources].
func (p *Poller) Start(ctx context.Context) error {
	var w *world
	for ctx.Err() == nil {
		c, present := p.settings()
		if w != nil && !(&running{config: w.config}).serves(c, present) {
			w.leave()
			w = nil
		}
		wait := longestPause
		if w == nil && !c.reads(present) {
			p.forget() // what an earlier run knew
		}
		if c.reads(present) {
			w = p.enter(w, c)
			wait = w.rounds.due.Sub(p.Clock.Now())
		}
		if wait <= 0 {
			w.attempt(ctx)
		} else {
			p.rest(ctx, wait)
		}
	}
	if w != nil {
		w.close()
	}
	return nil
}

func (p *Poller) settings() (Config, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config, p.present
}

// enter gives the world that a configuration reads: the one before if it is the same.
func (p *Poller) enter(w *world, c Config) *world {
	if w == nil {
		w = p.newWorld(c)
		w.enter()
	}
	w.adopt(c)
	return w
}

// attempt runs a round, which a change of the settings may end.
func (w *world) attempt(ctx context.Context) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	w.mu.Lock()
	w.running = &running{w.config, end}
	serves := w.running.serves(w.Poller.config, w.present)
	w.mu.Unlock()
	if serves {
		w.round(ctx)
	}
	w.mu.Lock()
	w.running = nil
	w.mu.Unlock()
}

// rest waits until something changes, a time has passed, or ctx ends.
func (p *Poller) rest(ctx context.Context, d time.Duration) {
	timer := p.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-p.changed:
	case <-ctx.Done():
	}
}
