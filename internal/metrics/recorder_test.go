package metrics_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// Counters begin at 0, so that the first increase is seen, also on a replica
// that does not lead.
func TestWhatComesAndGoesIsCountedFromZero(t *testing.T) {
	w := newWorld()
	w.leader = false
	w.want(
		t,
		`meshaudit_findings_opened_total{severity="Critical"} 0`,
		`meshaudit_findings_resolved_total{severity="Info"} 0`,
		`meshaudit_events_total{result="written"} 0`,
		`meshaudit_events_total{result="failed"} 0`,
		`meshaudit_events_total{result="dropped"} 0`,
	)
	w.recorder.Opened(analysis.Critical)
	w.recorder.Opened(analysis.Critical)
	w.recorder.Resolved(analysis.Critical)
	w.recorder.Event(metrics.Dropped)
	w.want(
		t,
		`meshaudit_findings_opened_total{severity="Critical"} 2`,
		`meshaudit_findings_opened_total{severity="High"} 0`,
		`meshaudit_findings_resolved_total{severity="Critical"} 1`,
		`meshaudit_events_total{result="dropped"} 1`,
	)
}
