package load

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/meshaudit/meshaudit/internal/cli"
)

// report is what the tests read of the command line's JSON.
type report struct {
	NotEvaluated []any `json:"notEvaluated"`
	Findings     []struct {
		Check    string `json:"check"`
		Severity string `json:"severity"`
		Subject  struct {
			Namespace string `json:"namespace"`
		} `json:"subject"`
	} `json:"findings"`
}

// analyze audits the cluster as users do.
func analyze(t *testing.T) report {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, plane.Kubeconfig(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, messages bytes.Buffer
	args := []string{"analyze", "--kubeconfig", kubeconfig, "--output", "json"}
	code := cli.Execute(t.Context(), args, cli.Streams{In: &bytes.Buffer{}, Out: &out, Err: &messages})
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("exit code %d, %s: %v", code, &messages, err)
	}
	return r
}

// mistakes counts the findings above Info by check.
func (r *report) mistakes() map[string]int {
	counts := map[string]int{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity != "Info" {
			counts[f.Check]++
		}
	}
	return counts
}
