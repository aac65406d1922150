package metrics

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Step is what is told of one step of the engine.
type Step struct {
	Took    time.Duration // 0 if nothing was evaluated
	Objects map[inventory.Kind]int
	Drift   uint64
}

// Results of a write, as the label result says them.
const (
	Created  = "created"
	Updated  = "updated"
	Deleted  = "deleted"
	Conflict = "conflict"
	Failed   = "failed"
)

// Recorder remembers what happens between scrapes. It is safe for concurrent
// use.
type Recorder struct {
	evaluation prometheus.Histogram
	reported   prometheus.Histogram
	writes     *prometheus.CounterVec
	step       atomic.Pointer[Step]
	proxies    atomic.Pointer[map[string]ProxyUse]
}

// NewRecorder makes a recorder that was told nothing.
func NewRecorder() *Recorder {
	r := &Recorder{
		evaluation: histogram(evaluationName, prometheus.ExponentialBuckets(0.0005, 4, 9)),
		reported:   histogram(reportedName, []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}),
		writes: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: writesName, Help: help(writesName)}, []string{"result"},
		),
	}
	for _, result := range []string{Created, Updated, Deleted, Conflict, Failed} {
		r.writes.WithLabelValues(result)
	}
	r.step.Store(&Step{})
	r.proxies.Store(&map[string]ProxyUse{})
	return r
}

func histogram(name string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help(name), Buckets: buckets})
}

// Step records a step of the engine.
func (r *Recorder) Step(s Step) {
	if s.Took > 0 {
		r.evaluation.Observe(s.Took.Seconds())
	}
	r.step.Store(&s)
}

// Wrote records the result of a write.
func (r *Recorder) Wrote(result string) { r.writes.WithLabelValues(result).Inc() }

// Reported records how long it took until a report showed a change.
func (r *Recorder) Reported(after time.Duration) { r.reported.Observe(after.Seconds()) }

func (r *Recorder) describe(ch chan<- *prometheus.Desc) {
	r.evaluation.Describe(ch)
	r.reported.Describe(ch)
	r.writes.Describe(ch)
}

func (r *Recorder) collect(out *series) {
	r.evaluation.Collect(out.ch)
	r.reported.Collect(out.ch)
	r.writes.Collect(out.ch)
	step := r.step.Load()
	out.counter(driftDesc, float64(step.Drift))
	for k, n := range step.Objects {
		out.gauge(objectsDesc, float64(n), string(k))
	}
}
