package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/meshaudit/meshaudit/hack/bench/load"
)

// churn measures the operator while much changes all the time: whether it loses
// a change, grows, or writes more often than it may.
func (b *bench) churn(ctx context.Context) error {
	if b.foreign { // Churn must know what Fill knows
		if err := b.mesh.Fill(ctx, b.config(), b.progress); err != nil {
			return err
		}
	}
	return b.during(ctx, func(o *operator) error {
		j, err := b.watchReports(ctx, nil)
		if err != nil {
			return err
		}
		memory, err := b.churned(ctx, o)
		if err == nil {
			_, err = o.settled(ctx, time.Second/2)
		}
		if err := errors.Join(err, j.stop()); err != nil {
			return err
		}
		b.judgeGrowth(memory)
		b.judgeWrites(j)
		return b.judgeReports(ctx, o)
	})
}

// churned changes the mesh for the time of the part, and gives the operator's
// resident memory of each second.
func (b *bench) churned(ctx context.Context, o *operator) ([]float64, error) {
	lasting, stop := context.WithTimeout(ctx, b.churnFor)
	defer stop()
	var memory []float64
	var failed error
	sampled := make(chan struct{})
	go func() {
		defer close(sampled)
		for failed == nil && wait(lasting, time.Second) == nil {
			var n float64
			n, failed = o.memory(resident)
			memory = append(memory, n)
		}
	}()
	began := time.Now()
	done, err := b.mesh.Churn(lasting, b.config(), b.rates(), b.seed)
	took := time.Since(began)
	stop()
	<-sampled
	b.say("%+v in %s", done, seconds(took))
	b.results.note("churn", "changes written per second", fmt.Sprintf("%.0f", float64(done.Writes)/took.Seconds()))
	return memory, errors.Join(err, failed, ctx.Err())
}

// rates splits the writes over the sorts of changes: a restart is three of them,
// a rollout of ten Pods 34.
func (b *bench) rates() load.Rates {
	return load.Rates{
		PodRestarts: 0.15 * b.rate, Rollouts: 0.005 * b.rate, ConfigEdits: 0.28 * b.rate, Relabels: 0.1 * b.rate,
	}
}

// judgeGrowth holds the rise of memory in the second half against its mean: 5 %
// in that time is taken for none.
func (b *bench) judgeGrowth(memory []float64) {
	half := memory[len(memory)/2:]
	rise := slope(half) * float64(len(half))
	mean := 0.0
	for _, n := range half {
		mean += n / float64(len(half))
	}
	b.results.note("churn", "resident memory, mean of the second half", mebibytes(mean))
	r := row{
		part: "churn", measure: "rise of resident memory in the second half", result: mebibytes(rise),
		floor: mebibytes(mean), ratio: fmt.Sprintf("%.3f", rise/mean), bar: "≤ 0.05",
	}
	b.results.add(r, rise <= 0.05*mean)
}

// judgeWrites counts the writes of reports.
func (b *bench) judgeWrites(j *journal) {
	times := j.times()
	b.results.note("churn", "report writes", fmt.Sprint(len(times)))
	if len(times) == 0 {
		return
	}
	span := times[len(times)-1].Sub(times[0])
	b.results.most("churn", "writes of one report, the most often written", float64(j.most()),
		span.Seconds()/leastInterval.Seconds()+1)
	b.results.most("churn", "report writes in the busiest second", float64(j.busiest()), defaultWrites+5)
}

// leastInterval is the policy's default for two writes of one report.
const leastInterval = 2 * time.Second
