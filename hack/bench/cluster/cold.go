package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// paging makes client-go list page by page instead of by a stream.
const paging = "KUBE_FEATURE_WatchListClient=false"

// cold measures the time from the operator's start until all reports are
// written, and that of a restart, against listing and decoding the same kinds
// and writing the same reports.
func (b *bench) cold(ctx context.Context) error {
	const name = "cold"
	if _, err := b.listing(ctx, paging); err != nil { // the API server fills its caches
		return err
	}
	paged, err := b.listing(ctx, paging)
	if err != nil {
		return err
	}
	listed, err := b.listing(ctx)
	if err != nil {
		return err
	}
	b.results.note(name, "LIST and decode (client-go, streaming)", seconds(listed))
	b.results.note(name, "LIST and decode (client-go, paged)", seconds(paged))
	for _, perSecond := range []int32{unlimited, defaultWrites} {
		got, written, err := b.begin(ctx, perSecond)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("start to all reports, %d writes/s", perSecond)
		b.results.compare(name, what, got, listed+written, 1.5, 0)
	}
	return b.restart(ctx, listed)
}

// listing is how long client-go takes to list and decode.
func (b *bench) listing(ctx context.Context, env ...string) (time.Duration, error) {
	p, err := b.peer(ctx, "list", env...)
	if err != nil {
		return 0, err
	}
	took, err := p.ready()
	return took, errors.Join(err, <-p.ended)
}

// begin starts the operator where no report is, and gives the time to the last
// report's write, and the time that bare writes of the same reports take. The
// reports stay.
func (b *bench) begin(ctx context.Context, perSecond int32) (got, written time.Duration, err error) {
	if err := errors.Join(b.drop(ctx), b.limitWrites(ctx, perSecond)); err != nil {
		return 0, 0, err
	}
	if got, err = b.first(ctx); err != nil {
		return 0, 0, err
	}
	all, err := b.reports(ctx)
	if err != nil {
		return 0, 0, err
	}
	b.say("%s", count(all))
	if err := b.drop(ctx); err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := b.publish(ctx, all, float64(perSecond)); err != nil {
		return 0, 0, err
	}
	return got, time.Since(began), b.limitWrites(ctx, defaultWrites)
}

// first runs the operator until all reports are written, and gives the time
// until the last write.
func (b *bench) first(ctx context.Context) (time.Duration, error) {
	j, err := b.watchReports(ctx, nil)
	if err != nil {
		return 0, err
	}
	var began time.Time
	err = b.during(ctx, func(o *operator) error {
		began = o.began
		return nil
	})
	times := j.times()
	if len(times) == 0 {
		err = errors.Join(err, errors.New("no report was written"))
	}
	if err := errors.Join(err, j.stop()); err != nil {
		return 0, err
	}
	return times[len(times)-1].Sub(began), nil
}

// restart starts the operator where all reports are right.
func (b *bench) restart(ctx context.Context, listed time.Duration) error {
	if err := b.during(ctx, func(*operator) error { return nil }); err != nil {
		return err
	}
	j, err := b.watchReports(ctx, nil)
	if err != nil {
		return err
	}
	o, err := b.operate(ctx, b.kubeconfig)
	if err != nil {
		return err
	}
	took, err := o.settled(ctx, 20*time.Millisecond)
	if err := errors.Join(err, o.stop(), j.stop()); err != nil {
		return err
	}
	b.results.compare("cold", "restart to reports known right", took, listed, 1.5, 0)
	b.results.most("cold", "report writes of a restart", float64(len(j.times())), 0)
	return nil
}
