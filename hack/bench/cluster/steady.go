package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// steady counts the operator's writes at a restart, while nothing happens, and
// while workloads scale and run their Jobs.
func (b *bench) steady(ctx context.Context) error {
	w, err := b.workloads(ctx)
	if err != nil {
		return err
	}
	p, err := b.proxy()
	if err != nil {
		return errors.Join(err, w.remove(ctx))
	}
	defer p.close()
	err = b.during(ctx, func(*operator) error { return nil }) // the reports know the CronJob now
	if err == nil {
		err = b.through(ctx, p.kubeconfig, func(o *operator) error { return b.days(ctx, o, p, w) })
	}
	return errors.Join(err, w.remove(ctx))
}

// days are what a healthy cluster goes through.
func (b *bench) days(ctx context.Context, o *operator, p *proxy, w *workloads) error {
	b.peace(p, "restart: writes but the Lease and the leader's Event", "/leases", "/events")
	if err := wait(ctx, b.steadyFor); err != nil {
		return err
	}
	b.peace(p, fmt.Sprintf("%s of peace: writes but the Lease", b.steadyFor), "/leases")
	minutes := max(int(b.steadyFor.Minutes()), 2)
	for range minutes {
		if err := errors.Join(w.scale(ctx), w.job(ctx), wait(ctx, time.Minute)); err != nil {
			return err
		}
	}
	_, err := o.settled(ctx, time.Second/2)
	b.peace(p, fmt.Sprintf("%d minutes of scaling ×3 and back, and a Job each minute: writes but the Lease", minutes),
		"/leases")
	return err
}

// peace judges the writes since the last judgement.
func (b *bench) peace(p *proxy, measure string, allowed ...string) {
	n, what := p.others(allowed...)
	if n > 0 {
		b.say("writes: %s", what)
	}
	b.results.most("steady", measure, float64(n), 0)
}
