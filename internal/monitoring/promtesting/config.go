package promtesting

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
)

// Config is that of a Prometheus that scrapes the operator's metrics at an
// address each second, as the ServiceMonitor says and with a token, and that
// evaluates the rules of a file as often. The labels are the target's.
func Config(tb testing.TB, address, token, rules string, labels map[string]any) map[string]any {
	tb.Helper()
	credentials := filepath.Join(tb.TempDir(), "token")
	if err := os.WriteFile(credentials, []byte(token), 0o600); err != nil {
		tb.Fatal(err)
	}
	e := alerts.Scrape()
	return map[string]any{
		"global":     map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"},
		"rule_files": []string{rules},
		"scrape_configs": []map[string]any{{
			"job_name": "meshaudit-metrics", "scheme": e.Scheme, "metrics_path": e.Path, "honor_labels": e.HonorLabels,
			"authorization":  map[string]any{"credentials_file": credentials},
			"tls_config":     map[string]any{"insecure_skip_verify": e.TLSConfig.InsecureSkipVerify},
			"static_configs": []map[string]any{{"targets": []string{address}, "labels": labels}},
		}},
	}
}
