package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// sourceUp lists the states of a source that is not off.
var sourceUp = map[v1alpha1.SourceState]float64{
	v1alpha1.SourceUp: 1, v1alpha1.SourceDegraded: 1, v1alpha1.SourceDown: 0,
}

// series sends the series of one scrape.
type series struct{ ch chan<- prometheus.Metric }

func (s *series) gauge(d *prometheus.Desc, value float64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (s *series) counter(d *prometheus.Desc, value float64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
}

// bounded sends only as many series as there is room for.
type bounded struct {
	series
	room    int
	dropped int
}

func (b *bounded) gauge(d *prometheus.Desc, value float64, labels ...string) {
	if b.room == 0 {
		b.dropped++
		return
	}
	b.room--
	b.series.gauge(d, value, labels...)
}
