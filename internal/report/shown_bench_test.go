package report_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/report"
)

// BenchmarkChanges compares two contents of a large report: 5,000 findings, of
// which one goes.
func BenchmarkChanges(b *testing.B) {
	l := newLedger(noon)
	update(l, many(5000)...)
	before, _ := l.View("shop")
	l.Update([]*analysis.Result{{Subject: before.Findings[0].Subject}}, nil, true)
	now, _ := l.View("shop")
	s := &report.Shown{View: before}
	for b.Loop() {
		changes := s.Changes(now)
		if list := whole.Resolve(s, changes, now, noon); len(list) != 1 {
			b.Fatalf("%d went", len(list))
		}
	}
}
