package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// limit measures the operator under a soft memory limit little above what it
// holds: Go's GOMEMLIMIT at 1.25 times the live heap.
func (b *bench) limit(ctx context.Context) error {
	var live float64
	var free []time.Duration
	err := b.during(ctx, func(o *operator) error {
		var e1, e2 error
		free, e1 = b.edited(ctx)
		live, e2 = o.live(ctx)
		return errors.Join(e1, e2)
	})
	if err != nil {
		return err
	}
	bytes := live * 1.25
	return b.during(ctx, func(o *operator) error {
		tight, err := b.edited(ctx)
		if err != nil {
			return err
		}
		return b.judgeLimit(o, bytes, free, tight)
	}, fmt.Sprintf("GOMEMLIMIT=%.0f", bytes))
}

func (b *bench) judgeLimit(o *operator, bytes float64, free, tight []time.Duration) error {
	now, e1 := o.memory(resident)
	private, e2 := o.memory("RssAnon")
	if err := errors.Join(e1, e2); err != nil {
		return err
	}
	b.results.note("limit", "GOMEMLIMIT", mebibytes(bytes))
	r := row{
		part: "limit", measure: "resident memory, the program's own text included", result: mebibytes(now),
		floor: mebibytes(bytes), ratio: fmt.Sprintf("%.2f", now/bytes),
	}
	if b.size < large { // the text alone may be larger than the limit
		b.results.rows = append(b.results.rows, r)
	} else {
		r.bar = "< 1.1 × GOMEMLIMIT"
		b.results.add(r, now < 1.1*bytes)
	}
	b.results.note("limit", "resident memory without files", mebibytes(private))
	b.results.compare("limit", "edit to report, p99", percentile(tight, 99), percentile(free, 99), 3, 0)
	return nil
}
