package metrics

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshaudit/meshaudit/internal/analysis"
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
	// Written and Dropped, like Failed, are results of an Event.
	Written = "written"
	Dropped = "dropped"
)

// Recorder remembers what happens between scrapes. It is safe for concurrent
// use.
type Recorder struct {
	evaluation prometheus.Histogram
	reported   prometheus.Histogram
	writes     *prometheus.CounterVec
	opened     *prometheus.CounterVec
	resolved   *prometheus.CounterVec
	events     *prometheus.CounterVec
	step       atomic.Pointer[Step]
	proxies    atomic.Pointer[map[string]ProxyUse]
}

// NewRecorder makes a recorder that was told nothing.
func NewRecorder() *Recorder {
	r := &Recorder{
		evaluation: histogram(evaluationName, prometheus.ExponentialBuckets(0.0005, 4, 9)),
		reported:   histogram(reportedName, []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}),
		writes:     counters(writesName, "result", Created, Updated, Deleted, Conflict, Failed),
		opened:     counters(openedName, "severity", severities()...),
		resolved:   counters(resolvedName, "severity", severities()...),
		events:     counters(eventsName, "result", Written, Failed, Dropped),
	}
	r.step.Store(&Step{})
	r.proxies.Store(&map[string]ProxyUse{})
	return r
}

func histogram(name string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help(name), Buckets: buckets})
}

// counters begin at 0 for each of the label's values.
func counters(name, label string, values ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help(name)}, []string{label})
	for _, value := range values {
		v.WithLabelValues(value)
	}
	return v
}

func severities() []string {
	names := make([]string, 0, len(analysis.Severities))
	for _, s := range analysis.Severities {
		names = append(names, s.String())
	}
	return names
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

// Opened records that a report shows a finding that it did not.
func (r *Recorder) Opened(s analysis.Severity) { r.opened.WithLabelValues(s.String()).Inc() }

// Resolved records that a report no longer shows a finding.
func (r *Recorder) Resolved(s analysis.Severity) { r.resolved.WithLabelValues(s.String()).Inc() }

// Event records what became of an Event.
func (r *Recorder) Event(result string) { r.events.WithLabelValues(result).Inc() }

func (r *Recorder) describe(ch chan<- *prometheus.Desc) {
	for _, c := range r.collectors() {
		c.Describe(ch)
	}
}

func (r *Recorder) collectors() []prometheus.Collector {
	return []prometheus.Collector{r.evaluation, r.reported, r.writes, r.opened, r.resolved, r.events}
}

func (r *Recorder) collect(out *series) {
	for _, c := range r.collectors() {
		c.Collect(out.ch)
	}
	step := r.step.Load()
	out.counter(driftDesc, float64(step.Drift))
	for k, n := range step.Objects {
		out.gauge(objectsDesc, float64(n), string(k))
	}
}
