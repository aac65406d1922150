package cli

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// applying bounds the wait until the engine knows that AWS was not read yet.
const applying = 10 * time.Second

// awsSource is the poller of AWS between policy, engine and reports. It polls
// from the moment on at which the policy, the cluster's objects and the reports
// of an earlier run are known: before, nobody knows whether to.
type awsSource struct {
	*cloud.Poller

	clock   clock.Clock
	every   time.Duration // instead of the policy's interval; 0 leaves that
	policy  latch
	settled latch
	recall  latch // what an earlier run knew is known
	blind   latch // the ledger knows that something in AWS cannot be read
	unread  bool  // the engine's
}

// latch opens once.
type latch struct {
	once sync.Once
	open chan struct{}
}

func newLatch() latch { return latch{open: make(chan struct{})} }

func (g *latch) pass() { g.once.Do(func() { close(g.open) }) }

// wait reports false if ctx ends first.
func (g *latch) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-g.open:
		return true
	}
}

// poll brings what AWS says into the inbox, on the leader.
func (o *operator) poll() error {
	o.appMesh = appMeshUse{}
	o.aws = &awsSource{
		Poller: cloud.New(cloud.Options{
			Inbox: o.inbox, Clock: o.clock, Log: o.log.WithName("aws"), Changed: func() { o.reports.Changed(nil) },
		}),
		clock: o.clock, every: o.timing.sweep,
		policy: newLatch(), settled: newLatch(), recall: newLatch(), blind: newLatch(),
	}
	return o.manager.Add(o.aws)
}

// Configure swaps what the policy says.
func (a *awsSource) Configure(c cloud.Config) {
	if a.every > 0 {
		c.Interval = a.every
	}
	a.Poller.Configure(c)
	a.policy.pass()
}

// Start polls until ctx ends.
func (a *awsSource) Start(ctx context.Context) error {
	for _, g := range []*latch{&a.policy, &a.settled, &a.recall} {
		if !g.wait(ctx) {
			return nil
		}
	}
	return a.Poller.Start(ctx)
}

// recalled takes what the last report said of sources, before the ledger gets
// the findings of that report. Those that need a source which answered then are
// to be kept until it answers again; so the ledger must know first that it has
// not yet.
func (a *awsSource) recalled(ctx context.Context, sources []v1alpha1.SourceStatus) {
	if !a.settled.wait(ctx) || !a.policy.wait(ctx) {
		return
	}
	earlier := statuses(sources)
	if !a.Reads() {
		earlier = nil
	}
	a.Recall(earlier)
	a.recall.pass()
	if len(earlier) == 0 {
		return
	}
	timer := a.clock.NewTimer(applying)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C():
	case <-a.blind.open:
	}
}

// statuses are those of the sources in AWS that had answered.
func statuses(list []v1alpha1.SourceStatus) []cloud.Status {
	var out []cloud.Status
	for i := range list {
		if s := &list[i]; s.Reason != "" && s.State != v1alpha1.SourceOff {
			out = append(out, cloud.Status{
				Name: s.Name, Region: s.Region, Class: cloud.Class(s.Reason), Message: s.Message,
				LastSuccess: s.LastSuccess.Time,
			})
		}
	}
	return out
}

// heard is told of each step of the engine, after the ledger.
func (a *awsSource) heard(u engine.Update) {
	a.departed(u.Changes)
	a.unread = a.unread || slices.ContainsFunc(u.States, func(s inventory.StateChange) bool {
		return s.State.Unreadable() && ofAWS(s.Kind)
	})
	if !u.Settled {
		return
	}
	a.settled.pass()
	if a.unread {
		a.blind.pass()
	}
}

// sources is what AWS's parts say of themselves.
func (a *awsSource) sources() []report.Source {
	list := a.Sources()
	out := make([]report.Source, 0, len(list))
	for _, s := range list {
		r := report.Source{Name: s.Name, Region: s.Region, Message: s.Message, LastSuccess: s.LastSuccess}
		if s.Class != cloud.ClassOff {
			r.Reason = v1alpha1.SourceReason(s.Class)
		}
		out = append(out, r)
	}
	return out
}
