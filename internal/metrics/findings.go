package metrics

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// findings sends what the leader knows, what matters most first.
func (c *Collector) findings(ch chan<- prometheus.Metric) {
	limits := c.limits.Load()
	views, uses := c.Ledger.Views(), c.Ledger.Uses()
	out := &bounded{series: series{ch}, room: limits.MaxSeries}
	c.health(out, views)
	exceptions(out, uses)
	c.categories(out, views)
	namespaces(out, views)
	expiries(out, uses)
	checks(out, views)
	namespaceCategories(out, views)
	c.recorder.proxyUse(out)
	if limits.FindingInfo {
		infos(out, views)
	}
	out.series.gauge(droppedDesc, float64(out.dropped))
}

// health tells how far the findings can be trusted.
func (c *Collector) health(out *bounded, views []*findings.View) {
	by := map[inventory.State]int{}
	for _, n := range report.Blind(views) {
		if !n.Optional {
			by[n.Reason]++
		}
	}
	for s := inventory.NotSynced; s <= inventory.Last; s++ {
		if !s.Known() {
			out.gauge(blindDesc, float64(by[s]), s.String())
		}
	}
	c.success(out)
	out.gauge(truncatedDesc, float64(c.Reports.Truncated()))
}

// success says nothing until the reports have been written once, so that an
// operator that never gets there does not look fresh.
func (c *Collector) success(out *bounded) {
	at := c.Now()
	if since, behind := c.Reports.Behind(); behind {
		at = since
	}
	if !at.IsZero() {
		out.gauge(successDesc, float64(at.UnixMilli())/1000)
	}
}

// categories counts by category and severity, zeros too.
func (c *Collector) categories(out *bounded, views []*findings.View) {
	by := map[string]*findings.Summary{}
	for _, check := range c.Checks {
		by[check.Category] = &findings.Summary{}
	}
	for f := range counted(views) {
		by[f.Check.Category].BySeverity[f.Severity]++
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		bySeverity(out, categoryDesc, name, by[name])
	}
}

// namespaces counts by namespace and severity, zeros too.
func namespaces(out *bounded, views []*findings.View) {
	for _, v := range views {
		bySeverity(out, findingsDesc, v.Report, &v.Summary)
	}
	for _, v := range views {
		out.gauge(suppressedDesc, float64(v.Summary.Suppressed), v.Report)
		if v.Report != "" {
			out.gauge(ownerDesc, 1, v.Report, v.Owner)
		}
	}
}

func bySeverity(out *bounded, d *prometheus.Desc, label string, s *findings.Summary) {
	for _, severity := range analysis.Severities {
		out.gauge(d, float64(s.BySeverity[severity]), label, severity.String())
	}
}
