package report

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// Observer is told what the controller does.
type Observer interface {
	// Wrote gets the result of a write; see package metrics.
	Wrote(result string)
	// Reported gets the time from a change to the report that shows it.
	Reported(after time.Duration)
	// Opened and Resolved get the severity of a finding that a report shows first,
	// or shows no longer.
	Opened(s analysis.Severity)
	Resolved(s analysis.Severity)
}

// Events are told what changed in a report; see package events.
type Events interface {
	// Changed must not block.
	Changed(changes []report.Change, now *findings.View)
	// Run returns when ctx ends, or when all is done that was begun before last
	// was closed.
	Run(ctx context.Context, last <-chan struct{})
}

// Options are the controller's collaborators. They do not change.
type Options struct {
	Client   client.Client // without a cache
	Metadata metadata.Interface
	Ledger   *findings.Ledger
	// Source names the source of a kind; "" for a kind that is not reported on.
	Source func(inventory.Kind) string
	// Sources are those outside the cluster; nil if there are none.
	Sources func() []report.Source
	// Recalled, if not nil, is told what the cluster's report said of sources,
	// before the ledger gets anything of the reports.
	Recalled func(context.Context, []v1alpha1.SourceStatus)
	Observer Observer
	Events   Events // nil for none
	// Asked tells whether the operator was asked to end. One that ends without
	// has lost the Lease, and must not write any longer.
	Asked func() bool
	Clock clock.Clock
	Log   logr.Logger
}

// Controller writes the reports. It is a runnable of the manager, which starts
// it once.
type Controller struct {
	Options
	format     format
	history    *history                                     // nil if the format has none
	queue      workqueue.TypedRateLimitingInterface[string] // once running
	pace       *pace
	memory     *memory
	namespaces *namespaces
	limiter    *rate.Limiter
	maxSize    atomic.Int64
	complaints rate.Sometimes

	began   time.Time // since when everything known at the start is pending
	running atomic.Bool
	settled chan struct{} // closed when everything was evaluated once
	settle  sync.Once
	started chan struct{} // closed when running

	cancel    context.CancelFunc // nil of one that runs as long as the operator
	abandoned atomic.Bool
}

// Back-off after failures.
const (
	firstRetry = 200 * time.Millisecond
	lastRetry  = time.Minute
)

// New makes the controller of our own reports, with the default limits.
func New(o Options) *Controller {
	h := newHistory(o)
	c := newController(o, &own{Options: o, checks: report.ByID(o.Ledger.Checks), history: h})
	c.history = h
	return c
}

func newController(o Options, f format) *Controller {
	c := &Controller{
		Options: o, format: f,
		pace: newPace(), memory: newMemory(), namespaces: &namespaces{}, limiter: rate.NewLimiter(1, 1),
		complaints: rate.Sometimes{First: 10, Interval: time.Minute},
		settled:    make(chan struct{}), started: make(chan struct{}),
	}
	c.SetLimits(DefaultLimits)
	return c
}

// NeedLeaderElection is true: only one replica writes.
func (*Controller) NeedLeaderElection() bool { return true }

// SetLimits replaces the limits. They hold from the next write on.
func (c *Controller) SetLimits(l Limits) {
	c.pace.set(l)
	c.limiter.SetLimit(rate.Limit(l.MaxWritesPerSecond))
	c.maxSize.Store(int64(l.MaxSize))
	if c.running.Load() {
		c.Changed(c.all())
	}
}

// Changed tells that the views of these reports may read otherwise; the
// cluster's totals then do, too. It does not block.
func (c *Controller) Changed(names []string) {
	if c.Ledger.Settled() {
		c.settle.Do(func() { close(c.settled) })
	}
	if !c.running.Load() {
		return
	}
	c.book(names, c.Clock.Now())
}

// book puts reports, and that of the cluster, behind since that time.
func (c *Controller) book(names []string, since time.Time) {
	now := c.Clock.Now()
	for _, name := range append([]string{""}, names...) {
		c.pace.changed(name, since)
		c.queue.AddAfter(name, c.pace.wait(name, now))
	}
}

// Start implements the manager's Runnable. It returns when ctx ends, or, if the
// operator was asked to end, once the reports show everything, [LastWrites]
// later at most.
func (c *Controller) Start(ctx context.Context) error {
	if c.restore(ctx) && c.evaluated(ctx) {
		c.serve(ctx)
	}
	return nil
}

// serve is Start after the reports were read back and everything was evaluated.
func (c *Controller) serve(ctx context.Context) {
	c.queue = newQueue(c.format.name()) // it has goroutines of its own
	c.began = c.Clock.Now()
	c.pace.changed("", c.began) // behind, until all that is pending is booked
	c.running.Store(true)
	c.book(c.all(), c.began)
	close(c.started)
	c.run(ctx)
}

// abandon ends a controller whose reports nobody wants any longer: it completes
// the writes that it has begun, and no others.
func (c *Controller) abandon() {
	c.abandoned.Store(true)
	c.cancel()
}

// run keeps the reports up to date until ctx ends, and then ends in order:
// first the workers, which complete the writes that they have begun, then what
// is pending, then the Events about it, then the watches.
func (c *Controller) run(ctx context.Context) {
	var watches, writers sync.WaitGroup
	defer watches.Wait()
	c.watch(ctx, &watches)
	lasting, cancel := c.lasting(ctx)
	defer cancel()
	finish := c.history.run(lasting)
	c.work(lasting, &writers)
	<-ctx.Done()
	c.queue.ShutDown()
	writers.Wait()
	c.flush(lasting)
	finish()
}

// evaluated waits for the first evaluation; it reports false if ctx ends.
func (c *Controller) evaluated(ctx context.Context) bool {
	if c.Ledger.Settled() {
		return true
	}
	select {
	case <-ctx.Done():
		return false
	case <-c.settled:
		return true
	}
}

// all names every report that is or should be.
func (c *Controller) all() []string {
	names := c.memory.names()
	for _, v := range c.Ledger.Views() {
		names = append(names, v.Report)
	}
	return names
}

// Running tells whether the controller writes: this replica leads, everything
// was evaluated, and what an earlier run had published is back in the ledger.
func (c *Controller) Running() bool { return c.running.Load() }

// Truncated counts the findings that reports do not list.
func (c *Controller) Truncated() int { return c.memory.truncated() }

// Behind tells since when a report does not show what the ledger knows; the
// time is zero if the reports never did.
func (c *Controller) Behind() (since time.Time, behind bool) {
	if !c.running.Load() {
		return time.Time{}, true
	}
	since, behind = c.pace.oldest()
	if behind && !since.After(c.began) {
		return time.Time{}, true
	}
	return since, behind
}
