package alerts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

func rulesFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(promtesting.Root(t), "config", "prometheus", "rules.yaml")
}

// Prometheus takes the rules, without a remark.
func TestRulesAreValid(t *testing.T) {
	output, err := promtesting.Promtool(t, "check", "rules", "--lint=all", "--lint-fatal", rulesFile(t))
	if err != nil {
		t.Errorf("promtool: %v\n%s", err, output)
	}
}

// Each alert fires when it should, says what it should, and is silent when it
// should be.
func TestAlerts(t *testing.T) {
	examples := slices.Concat(findingExamples, exceptionExamples, trustExamples, operatorExamples)
	for _, a := range alerts.All() {
		t.Run(a.Name, func(t *testing.T) {
			var groups []any
			var fires, silent bool
			for _, e := range examples {
				if e.alert != a.Name {
					continue
				}
				groups = append(groups, e.group(&a))
				for _, m := range e.moments {
					fires, silent = fires || len(m.fires) > 0, silent || len(m.fires) == 0
				}
			}
			if !fires || !silent {
				t.Fatal("no example fires, or none is silent")
			}
			tryRules(t, groups)
		})
	}
}

func tryRules(t *testing.T, groups []any) {
	t.Helper()
	text, err := yaml.Marshal(map[string]any{
		"rule_files": []string{rulesFile(t)}, "evaluation_interval": "1m", "tests": groups,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := promtesting.Promtool(t, "test", "rules", file); err != nil {
		t.Errorf("promtool: %v\n%s", err, output)
	}
}

// Each alert has its page, and each page its alert.
func TestRunbooks(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(promtesting.Root(t), "docs", "runbooks", "MeshAudit*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var pages, names []string
	for _, f := range files {
		pages = append(pages, strings.TrimSuffix(filepath.Base(f), ".md"))
	}
	for _, a := range alerts.All() {
		names = append(names, a.Name)
		if !strings.HasSuffix(a.Runbook(), "/docs/runbooks/"+a.Name+".md") {
			t.Errorf("%s links %s", a.Name, a.Runbook())
		}
	}
	slices.Sort(names)
	if !slices.Equal(pages, names) {
		t.Errorf("pages %q, want %q", pages, names)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"## What it means", "## What to look at", "## What to do", "## How to silence it"} {
			if !strings.Contains(string(text), "\n"+part+"\n") {
				t.Errorf("%s has no part %q", filepath.Base(f), part)
			}
		}
	}
}
