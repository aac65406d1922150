package report

import (
	"slices"
	"sync"
	"time"

	"github.com/meshaudit/meshaudit/internal/report"
)

// Limits are what the policy says of the reports' size and rate.
type Limits struct {
	MaxSize            int // bytes of JSON
	QuietPeriod        time.Duration
	MinWriteInterval   time.Duration
	MaxWritesPerSecond int
}

// DefaultLimits are those without a policy.
var DefaultLimits = Limits{
	MaxSize: report.DefaultMaxSize, QuietPeriod: 200 * time.Millisecond,
	MinWriteInterval: 2 * time.Second, MaxWritesPerSecond: 50,
}

// pace says when a report may be written.
type pace struct {
	mu     sync.Mutex
	limits Limits
	by     map[string]*rhythm
}

// rhythm is what happened to one report.
type rhythm struct {
	changes     int       // that no write has covered
	first, last time.Time // of these
	tried       time.Time // the last write, successful or not
}

func newPace() *pace { return &pace{by: map[string]*rhythm{}} }

func (p *pace) set(l Limits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limits = l
}

func (p *pace) of(name string) *rhythm {
	r, ok := p.by[name]
	if !ok {
		r = &rhythm{}
		p.by[name] = r
	}
	return r
}

// changed books a change.
func (p *pace) changed(name string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.of(name)
	if r.changes == 0 || now.Before(r.first) {
		r.first = now
	}
	r.changes++
	r.last = later(r.last, now)
}

// wait is how long a report must not be written yet. Changes that keep coming
// put the write off for no longer than the interval between two writes.
func (p *pace) wait(name string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.of(name)
	due := r.tried
	if !due.IsZero() {
		due = due.Add(p.limits.MinWriteInterval)
	}
	if r.changes > 0 {
		quiet := r.last.Add(p.limits.QuietPeriod)
		latest := r.first.Add(max(p.limits.QuietPeriod, p.limits.MinWriteInterval))
		due = later(due, earlier(quiet, latest))
	}
	return max(due.Sub(now), 0)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// begin is what is pending when a report is about to be brought up to date.
func (p *pace) begin(name string) rhythm {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *p.of(name)
}

// end books that the report shows everything that was pending at the begin.
func (p *pace) end(name string, began rhythm) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.of(name)
	r.changes -= began.changes
	r.first = r.last
}

// tried books a write.
func (p *pace) tried(name string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(name).tried = now
}

// forget drops a report that is no more and has nothing pending.
func (p *pace) forget(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.of(name); r.changes == 0 {
		delete(p.by, name)
	}
}

// pending names the reports with changes that no write has covered, sorted.
func (p *pace) pending() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for name, r := range p.by {
		if r.changes > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// oldest is the time of the oldest change that no write has covered.
func (p *pace) oldest() (at time.Time, pending bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.by {
		if r.changes > 0 && (!pending || r.first.Before(at)) {
			at, pending = r.first, true
		}
	}
	return at, pending
}
