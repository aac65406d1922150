package report

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/analysis"
)

// OpenReports keeps Reports and the ClusterReport of openreports.io equal to the
// ledger's views while that is switched on and their CRDs are installed, by a
// controller with queue and limits of its own. It makes no request before it is
// switched on for the first time; switched off, it deletes what is ours. It is a
// runnable of the manager, which starts it once.
type OpenReports struct {
	Options

	own    *Controller
	turned chan struct{} // the switch may stand otherwise

	mu      sync.Mutex
	limits  Limits
	on      bool
	used    bool        // Reports may be there
	current *Controller // nil while nothing is written
	told    string      // the last complaint
}

// NewOpenReports makes it, switched off. Of the controller of our own reports,
// it needs that first-seen times were read back, and the namespaces.
func NewOpenReports(o Options, own *Controller) *OpenReports {
	return &OpenReports{Options: o, own: own, turned: make(chan struct{}, 1), limits: DefaultLimits}
}

// NeedLeaderElection is true: only one replica writes.
func (*OpenReports) NeedLeaderElection() bool { return true }

// SetLimits replaces the limits. They hold from the next write on.
func (o *OpenReports) SetLimits(l Limits) {
	o.mu.Lock()
	o.limits = l
	current := o.current
	o.mu.Unlock()
	if current != nil {
		current.SetLimits(l)
	}
}

// Changed tells that the views of these reports may read otherwise. It does not
// block.
func (o *OpenReports) Changed(names []string) {
	o.mu.Lock()
	current := o.current
	o.mu.Unlock()
	if current != nil {
		current.Changed(names)
	}
}

// SetEnabled switches on or off. It does not block.
func (o *OpenReports) SetEnabled(on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if on != o.on {
		o.told = ""
	}
	o.on, o.used = on, o.used || on
	if !on && o.current != nil {
		o.current.abandon()
	}
	select {
	case o.turned <- struct{}{}:
	default:
	}
}

// Start implements the manager's Runnable. It returns when ctx ends.
func (o *OpenReports) Start(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-o.own.started:
	}
	for ctx.Err() == nil {
		o.complain(o.step(ctx))
		timer := o.Clock.NewTimer(recheck)
		select {
		case <-ctx.Done():
		case <-o.turned:
		case <-timer.C():
		}
		timer.Stop()
	}
	return nil
}

// step does what the switch says, and returns when it may say otherwise, or when
// that cannot be done at present.
func (o *OpenReports) step(ctx context.Context) error {
	o.mu.Lock()
	on, used := o.on, o.used
	o.mu.Unlock()
	switch {
	case on:
		return o.publish(ctx)
	case used:
		return o.clear(ctx)
	}
	return nil
}

// publish runs a controller until ctx ends, the switch is turned off, or the
// CRDs are gone.
func (o *OpenReports) publish(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := newController(o.Options, newExport(o.Options))
	c.Asked = func() bool { return c.abandoned.Load() || o.Asked() }
	c.Observer, c.namespaces, c.cancel = unobserved{}, o.own.namespaces, cancel
	c.complaints = rate.Sometimes{First: 1, Interval: time.Hour}
	if err := c.format.readBack(ctx, c.take); err != nil {
		return err
	}
	if o.begin(c) {
		c.serve(ctx)
		o.end()
	}
	return nil
}

// begin makes a controller the current one, unless the switch was turned off.
func (o *OpenReports) begin(c *Controller) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.on {
		o.current, o.told = c, ""
		c.SetLimits(o.limits)
	}
	return o.on
}

func (o *OpenReports) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.current = nil
}

// clear deletes what is ours.
func (o *OpenReports) clear(ctx context.Context) error {
	f := newExport(o.Options)
	uids := map[string]types.UID{}
	err := f.readBack(ctx, func(name string, d document) { uids[name] = d.object().GetUID() })
	if err != nil && !absent(err) {
		return err
	}
	limiter := rate.NewLimiter(rate.Limit(DefaultLimits.MaxWritesPerSecond), 1)
	for name, uid := range uids {
		if err := limiter.Wait(ctx); err != nil {
			return nil // asked to end
		}
		err := o.Client.Delete(ctx, f.document(name).object(), client.Preconditions{UID: &uid})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete the Report: %w", err)
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used = o.on
	return nil
}

// complain logs what stands in the way, once until it is something else.
func (o *OpenReports) complain(err error) {
	if err == nil {
		return
	}
	kind := string(apierrors.ReasonForError(err))
	if absent(err) {
		kind = "absent"
	}
	o.mu.Lock()
	repeated := o.told == kind
	o.told = kind
	o.mu.Unlock()
	switch {
	case repeated:
	case absent(err):
		o.Log.Info("OpenReports are written once their CRDs are installed")
	default:
		o.Log.Error(err, "cannot bring OpenReports up to date; our own reports are not affected")
	}
}

// absent tells that a CRD is not installed.
func absent(err error) bool { return meta.IsNoMatchError(err) || apierrors.IsNotFound(err) }

// unobserved counts nothing: the metrics are about our own reports.
type unobserved struct{}

func (unobserved) Wrote(string)               {}
func (unobserved) Reported(time.Duration)     {}
func (unobserved) Opened(analysis.Severity)   {}
func (unobserved) Resolved(analysis.Severity) {}
