package alerts_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
)

var ours = regexp.MustCompile(`meshaudit_\w+`)

// Expressions use metrics that exist, aggregate over replicas, and keep the
// cluster.
func TestExpressions(t *testing.T) {
	known := metrics.Descriptions()
	for _, a := range alerts.All() {
		for _, name := range ours.FindAllString(a.Expr, -1) {
			if !slices.ContainsFunc(known, func(d metrics.Description) bool { return d.Name == name }) {
				t.Errorf("%s uses %s, which does not exist", a.Name, name)
			}
		}
		if !strings.Contains(a.Expr, " by (cluster") || strings.Contains(a.Expr, "sum") {
			t.Errorf("%s does not aggregate over replicas by cluster: %s", a.Name, a.Expr)
		}
		if a.Threshold == "" || a.Summary == "" || a.Description == "" {
			t.Errorf("%s says too little", a.Name)
		}
	}
}
