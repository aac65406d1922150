package analyzers_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var categories = strings.Fields("injection gateway exposure mtls authz observability resources networkpolicy " +
	"routing configuration ambient appmesh migration aws")

var (
	problem = regexp.MustCompile(`^[a-z]+$`)
	version = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)
)

// TestDescriptions: a check can be listed, explained and documented without
// being run, and does so in whole sentences.
func TestDescriptions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range analyzers.All {
		t.Run(c.ID(), func(t *testing.T) {
			if seen[c.ID()] {
				t.Error("the ID stands twice")
			}
			seen[c.ID()] = true
			if !slices.Contains(categories, c.Category) || !problem.MatchString(c.Name) {
				t.Errorf("ID %q is not category/problem", c.ID())
			}
			if c.Severity < analysis.Info || !version.MatchString(c.Since) || c.Run == nil {
				t.Errorf("severity %d, since %q: all of severity, since and run are required", c.Severity, c.Since)
			}
			if c.Opinion && c.Severity != analysis.Medium {
				t.Errorf("an opinion check is Medium where it counts, not %s", c.Severity)
			}
			wording(t, c)
			subject(t, c)
		})
	}
}

func wording(t *testing.T, c analysis.Check) {
	t.Helper()
	if c.Title == "" || len(c.Title) > 90 || strings.HasSuffix(c.Title, ".") {
		t.Errorf("title %q: want one line of at most 90 characters without a full stop", c.Title)
	}
	for name, text := range map[string]string{"why": c.Why, "fix": c.Fix} {
		if !strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
			t.Errorf("%s %q: want whole sentences on one line", name, text)
		}
	}
}

func subject(t *testing.T, c analysis.Check) {
	t.Helper()
	seen := map[inventory.Kind]bool{}
	for _, k := range audit.SubjectKinds(c) {
		if _, ok := kinds.Lookup(k); !ok {
			t.Errorf("subject %q is not in the kind table", k)
		}
		if seen[k] {
			t.Errorf("objects of %q would be looked at twice", k)
		}
		seen[k] = true
	}
	if slices.Contains(c.Also, analysis.Faulty) {
		t.Error("undecodable objects have checks of their own")
	}
}

// TestFolders: every folder of a check is in the list.
func TestFolders(t *testing.T) {
	dirs, err := filepath.Glob("*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		if !slices.ContainsFunc(analyzers.All, func(c analysis.Check) bool { return c.ID() == filepath.ToSlash(dir) }) {
			t.Errorf("%s is not in the list: run make generate", dir)
		}
	}
}
