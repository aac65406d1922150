package metrics

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// Reports is what writes the reports.
type Reports interface {
	// Truncated counts the findings that reports do not list.
	Truncated() int
	// Behind tells since when a report does not show what is known.
	Behind() (since time.Time, behind bool)
}

// Options are what a collector reads. They do not change.
type Options struct {
	Ledger *findings.Ledger
	Checks []analysis.Check
	// Source names the source of a kind; "" for a kind that has none.
	Source func(inventory.Kind) string
	// Sources are those outside the cluster; nil if there are none.
	Sources func() []report.Source
	// Leader tells whether this replica is the leader.
	Leader  func() bool
	Reports Reports
	Now     func() time.Time
	Version string
}

// Limits are what the policy says of metrics.
type Limits struct {
	MaxSeries   int  // about findings and proxies, in one scrape
	FindingInfo bool // one series for each finding
}

// DefaultLimits are those without a policy.
var DefaultLimits = Limits{MaxSeries: 10_000}

// Collector is safe for concurrent use.
type Collector struct {
	Options
	recorder *Recorder
	limits   atomic.Pointer[Limits]
}

var _ prometheus.Collector = (*Collector)(nil)

// New makes a collector of what the recorder was told and the options show.
func New(o Options, r *Recorder) *Collector {
	c := &Collector{Options: o, recorder: r}
	c.SetLimits(DefaultLimits)
	return c
}

// SetLimits replaces the limits.
func (c *Collector) SetLimits(l Limits) { c.limits.Store(&l) }

// Describe implements [prometheus.Collector].
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		findingsDesc, categoryDesc, namespaceCategoryDesc, checkDesc, infoDesc, suppressedDesc, ownerDesc,
		exceptionsDesc, expiryDesc,
		proxiesDesc, reservedCPUDesc, reservedMemoryDesc, blindDesc, truncatedDesc, successDesc, droppedDesc,
		objectsDesc, sourceDesc, sourceSuccessDesc, buildDesc, driftDesc,
	} {
		ch <- d
	}
	c.recorder.describe(ch)
}

// Collect implements [prometheus.Collector].
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	out := &series{ch: ch}
	out.gauge(buildDesc, 1, c.Version, runtime.Version())
	c.sources(out)
	c.recorder.collect(out)
	if c.Leader() && c.Ledger.Settled() {
		c.findings(ch)
	}
}

func (c *Collector) sources(out *series) {
	kinds := report.Kinds(c.Ledger.Schema, c.Ledger.States(), c.Source)
	var told []report.Source
	if c.Sources != nil {
		told = c.Sources()
	}
	for _, s := range report.Sources(kinds, told) {
		if up, on := sourceUp[s.State]; on {
			out.gauge(sourceDesc, up, s.Name)
		}
	}
	for i := range told {
		if at := told[i].LastSuccess; !at.IsZero() && told[i].Reason != "" {
			out.gauge(sourceSuccessDesc, float64(at.UnixMilli())/1000, told[i].Name)
		}
	}
}
