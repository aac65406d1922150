package policy

import (
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	reports "github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// Bounds of a report's size. The smallest holds 310 checks of which each is not
// evaluated for two reasons; the tests of internal/report compute it.
const (
	smallest = 64 << 10
	largest  = 1 << 20
)

func (c *compiler) reports(p v1alpha1.Reports) reports.Limits {
	const field = "spec.reports"
	l := reports.DefaultLimits
	if p.MaxSize != nil {
		l.MaxSize = c.size(field+".maxSize", p.MaxSize.Value())
	}
	l.QuietPeriod = c.duration(field+".quietPeriod", p.QuietPeriod, time.Minute, l.QuietPeriod)
	l.MinWriteInterval = c.duration(field+".minWriteInterval", p.MinWriteInterval, time.Hour, l.MinWriteInterval)
	l.MaxWritesPerSecond = within(
		c, field+".maxWritesPerSecond", int(p.MaxWritesPerSecond), 1, 1000, l.MaxWritesPerSecond,
	)
	return l
}

func (c *compiler) size(field string, bytes int64) int {
	if bytes < smallest || bytes > largest {
		c.reject(field, "%d bytes are not between 64Ki and 1Mi", bytes)
		return reports.DefaultLimits.MaxSize
	}
	return int(bytes)
}

func (c *compiler) metrics(p v1alpha1.Metrics) metrics.Limits {
	l := metrics.DefaultLimits
	l.MaxSeries = within(c, "spec.metrics.maxSeries", int(p.MaxSeries), 100, 1_000_000, l.MaxSeries)
	l.FindingInfo = p.FindingInfo
	return l
}
