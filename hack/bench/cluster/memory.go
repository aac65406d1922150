package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The figures of /proc that tell how much memory a process has, and had most.
const (
	resident = "VmRSS"
	peak     = "VmHWM"
)

// large is the size from which on the ratio of memory is judged: below, what
// every Go program has outweighs the objects.
const large = 100_000

const mib = 1 << 20

// memory measures the operator's resident memory against that of a
// controller-runtime cache of the same objects.
func (b *bench) memory(ctx context.Context) error {
	theirs, theirPeak, err := b.held(ctx)
	if err != nil {
		return err
	}
	ours, ourPeak, err := b.footprint(ctx)
	if err != nil {
		return err
	}
	_, pagedPeak, err := b.footprint(ctx, paging)
	if err != nil {
		return err
	}
	b.weigh("resident after settling", ours, theirs)
	b.weigh("peak", ourPeak, theirPeak)
	b.bound("peak", ourPeak, 600*mib)
	b.bound("peak without streaming lists", pagedPeak, 900*mib)
	return nil
}

// footprint is the memory of an operator that starts where no report is.
func (b *bench) footprint(ctx context.Context, env ...string) (settled, most float64, err error) {
	if err := b.drop(ctx); err != nil {
		return 0, 0, err
	}
	err = b.during(ctx, func(o *operator) error {
		settled, most, err = b.rested(ctx, o.process)
		live, e := o.live(ctx)
		b.say("operator: %s resident, %s at most, %s live heap", mebibytes(settled), mebibytes(most), mebibytes(live))
		return errors.Join(err, e)
	}, env...)
	return settled, most, err
}

// held is the memory of the cache.
func (b *bench) held(ctx context.Context) (settled, most float64, err error) {
	p, err := b.peer(ctx, "hold")
	if err != nil {
		return 0, 0, err
	}
	took, err := p.ready()
	if err == nil {
		settled, most, err = b.rested(ctx, p)
		b.say("cache: synced in %s, %s resident, %s at most", seconds(took), mebibytes(settled), mebibytes(most))
	}
	return settled, most, errors.Join(err, p.stop())
}

// rested is the memory of a process that has had time to give some back.
func (b *bench) rested(ctx context.Context, p *process) (settled, most float64, err error) {
	if err := wait(ctx, b.restFor); err != nil {
		return 0, 0, err
	}
	settled, err = p.memory(resident)
	most, e := p.memory(peak)
	return settled, most, errors.Join(err, e)
}

// wait returns after some time, or with an error when ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// weigh holds memory against the cache's: a fifth of it at most.
func (b *bench) weigh(measure string, ours, theirs float64) {
	r := row{
		part: "memory", measure: measure, result: mebibytes(ours), floor: mebibytes(theirs),
		ratio: fmt.Sprintf("%.2f", ours/theirs),
	}
	if b.size < large {
		b.results.rows = append(b.results.rows, r)
		return
	}
	r.bar = "≤ 1/5 × cache"
	b.results.add(r, ours <= theirs/5)
}

func (b *bench) bound(measure string, got, bar float64) {
	r := row{part: "memory", measure: measure, result: mebibytes(got), bar: "≤ " + mebibytes(bar)}
	b.results.add(r, got <= bar)
}
