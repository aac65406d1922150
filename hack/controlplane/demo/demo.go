package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/meshaudit/meshaudit/hack/controlplane/cluster"
)

// demo is one run of the demonstration.
type demo struct {
	options
	*progress
	out     io.Writer
	cluster *cluster.Cluster
	// metrics is where the operator serves them.
	metrics string
}

func newDemo(o options, out io.Writer) *demo {
	return &demo{options: o, out: out, progress: &progress{out: out, began: time.Now()}}
}

// run returns nil if the expected reports appeared and, unless it is to be
// done once, the person then ended the demo. Whatever it started has ended
// when it returns.
func (d *demo) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, d.stop()) }()
	if err := d.start(ctx); err != nil {
		return err
	}
	ctx, done := d.untilComponentEnds(ctx)
	defer done()
	if err := d.awaitReports(ctx); err != nil {
		return err
	}
	if err := d.show(ctx); err != nil {
		return err
	}
	if d.once {
		return d.mend(ctx)
	}
	return d.stay(ctx)
}

// start returns when the operator runs beside everything that it audits. What
// was started is left to stop, also after an error.
func (d *demo) start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.startCluster, d.installMeshAudit, d.installMeshes, d.applySamples, d.startOperator,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) startCluster(ctx context.Context) (err error) {
	d.say("starting a control plane with controllers and simulated nodes")
	d.cluster, err = cluster.Start(ctx, d.clusterOptions())
	return err
}

func (d *demo) clusterOptions() cluster.Options {
	return cluster.Options{
		Dir: d.dir, Controllers: true, Injector: true, Output: d.out,
		CRDs: []string{cluster.IstioCRDs, cluster.GatewayAPICRDs, cluster.AppMeshCRDs},
	}
}

// stay returns when the person ends the demo, or with the failure of a
// component.
func (d *demo) stay(ctx context.Context) error {
	d.tellHowToGoOn()
	<-ctx.Done()
	return componentFailure(ctx)
}

func (d *demo) stop() error {
	if d.cluster == nil {
		return nil
	}
	d.say("stopping")
	return d.cluster.Stop()
}

// untilComponentEnds ends the context, with a cause, when a component of the
// cluster ends by itself: no wait needs to last any longer.
func (d *demo) untilComponentEnds(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		if err := d.cluster.Wait(ctx); err != nil {
			cancel(&failure{err})
		}
	}()
	return ctx, func() { cancel(nil) }
}

// failure is the end of a component, as opposed to that of the demo.
type failure struct{ error }

func componentFailure(ctx context.Context) error {
	if failed, ok := errors.AsType[*failure](context.Cause(ctx)); ok {
		return failed
	}
	return nil
}

// kubectl runs kubectl without a word unless it fails.
func (d *demo) kubectl(ctx context.Context, args ...string) error {
	output, err := d.cluster.Kubectl(ctx, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("kubectl %s: %w\n%s", args[0], err, output)
	}
	return nil
}

func (d *demo) path(elements ...string) string {
	return filepath.Join(append([]string{d.root}, elements...)...)
}
