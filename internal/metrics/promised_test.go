package metrics_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/metrics"
)

// promised are the metrics that people build alerts and dashboards on, with
// their labels. Others may come; none of these may go, or change its labels.
var promised = map[string]string{
	"meshaudit_findings":                              "namespace severity",
	"meshaudit_category_findings":                     "category severity",
	"meshaudit_namespace_category_findings":           "namespace category severity",
	"meshaudit_check_findings":                        "check severity",
	"meshaudit_finding_info":                          "check severity namespace kind name",
	"meshaudit_suppressed_findings":                   "namespace",
	"meshaudit_namespace_info":                        "namespace owner",
	"meshaudit_findings_opened_total":                 "severity",
	"meshaudit_findings_resolved_total":               "severity",
	"meshaudit_events_total":                          "result",
	"meshaudit_exceptions":                            "state",
	"meshaudit_exception_expiry_timestamp_seconds":    "namespace name",
	"meshaudit_checks_not_evaluated":                  "reason",
	"meshaudit_source_up":                             "source",
	"meshaudit_source_last_success_timestamp_seconds": "source",
	"meshaudit_last_success_timestamp_seconds":        "",
	"meshaudit_evaluation_duration_seconds":           "",
	"meshaudit_change_to_report_seconds":              "",
	"meshaudit_objects":                               "kind",
	"meshaudit_report_writes_total":                   "result",
	"meshaudit_report_truncated_findings":             "",
	"meshaudit_series_dropped":                        "",
	"meshaudit_engine_drift_total":                    "",
	"meshaudit_build_info":                            "version goversion",
}

func TestWhatIsPromisedIsThere(t *testing.T) {
	described := metrics.Descriptions()
	for name, labels := range promised {
		i := slices.IndexFunc(described, func(d metrics.Description) bool { return d.Name == name })
		if i < 0 {
			t.Errorf("%s is not there", name)
		} else if got := strings.Join(described[i].Labels, " "); got != labels {
			t.Errorf("%s has the labels %q, want %q", name, got, labels)
		}
	}
}
