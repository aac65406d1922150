package analyzers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// now is the moment in which fixtures are judged: after App Mesh's end of support.
var now = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// fixture is one manifest of a check. A MeshAuditPolicy in it is in force.
type fixture struct {
	check    analysis.Check
	file     string
	set      *manifests.Set
	settings []*inventory.Object
}

func fixtures(tb testing.TB, names ...string) []fixture {
	tb.Helper()
	var out []fixture
	for _, c := range analyzers.All {
		for _, name := range names {
			file := filepath.Join(c.Category, c.Name, "testdata", name)
			set := manifests.Load([]string{file}, nil)
			for _, e := range set.Errors {
				tb.Error(&e)
			}
			out = append(out, fixture{check: c, file: file, set: set, settings: settings(tb, file)})
		}
	}
	return out
}

func (f *fixture) store() *inventory.Store {
	batch := f.set.Batch(false)
	for _, o := range f.settings {
		batch.Put(o)
	}
	return engine.Fill(kinds.Schema(), batch)
}

func run(tb testing.TB, s *inventory.Store, checks ...analysis.Check) []*analysis.Result {
	tb.Helper()
	return engine.Audit(audit.Engine(checks, func(p analysis.Panic) { tb.Errorf("%s\n%s", p, p.Stack) }), s, now)
}

// mark is an expectation: the line of a file and what a finding there says.
type mark struct {
	line    int
	pattern *regexp.Regexp
	matched bool
}

var (
	want    = regexp.MustCompile(`# want((?: "(?:[^"\\]|\\.)*")+)\s*$`)
	pattern = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
)

func marks(tb testing.TB, file string) []*mark {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var out []*mark
	for i, line := range strings.Split(string(data), "\n") {
		m := want.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, p := range pattern.FindAllStringSubmatch(m[1], -1) {
			text := strings.ReplaceAll(p[1], `\"`, `"`)
			out = append(out, &mark{line: i + 1, pattern: regexp.MustCompile(text)})
		}
	}
	return out
}

// TestBadFixtures: every finding has its mark, and every mark its finding.
func TestBadFixtures(t *testing.T) {
	for _, f := range fixtures(t, "bad.yaml") {
		t.Run(f.check.ID(), func(t *testing.T) {
			expected := marks(t, f.file)
			if len(expected) == 0 {
				t.Errorf("%s has no mark", f.file)
			}
			for _, finding := range found(t, f) {
				file, line, _ := f.set.Locate(finding.Subject, finding.Field)
				if !match(expected, line, finding.Message) {
					t.Errorf("unexpected finding\n%s:%d: %s [%s]", file, line, finding.Message, finding.Field)
				}
			}
			for _, m := range expected {
				if !m.matched {
					t.Errorf("%s:%d: no finding says %q", f.file, m.line, m.pattern)
				}
			}
		})
	}
}

// TestGoodFixtures: what only looks like the mistake gives no finding.
func TestGoodFixtures(t *testing.T) {
	for _, f := range fixtures(t, "good.yaml") {
		t.Run(f.check.ID(), func(t *testing.T) {
			if len(f.set.Objects) == 0 {
				t.Errorf("%s has no object", f.file)
			}
			for _, finding := range found(t, f) {
				file, line, _ := f.set.Locate(finding.Subject, finding.Field)
				t.Errorf("false alarm\n%s:%d: %s [%s]", file, line, finding.Message, finding.Field)
			}
		})
	}
}

func match(expected []*mark, line int, message string) bool {
	for _, m := range expected {
		if !m.matched && m.line == line && m.pattern.MatchString(message) {
			m.matched = true
			return true
		}
	}
	return false
}

// found runs the fixture's own check. A check that could not be evaluated
// would pass without having looked, so it fails.
func found(t *testing.T, f fixture) []analysis.Finding {
	t.Helper()
	var out []analysis.Finding
	for _, r := range run(t, f.store(), f.check) {
		out = append(out, r.Findings...)
		for _, n := range r.NotEvaluated {
			t.Errorf("%s is not evaluated on %s: %s %v", f.check.ID(), r.Subject, n.Reason, n.Kinds)
		}
	}
	return out
}

// TestInputsUnchanged: checks change nothing that they read.
func TestInputsUnchanged(t *testing.T) {
	for _, f := range fixtures(t, "bad.yaml", "good.yaml") {
		s := f.store()
		run(t, s, analyzers.All...)
		again := manifests.Load([]string{f.file}, nil)
		for _, o := range again.Objects {
			used, ok := s.Get(o.Ref)
			if row, _ := kinds.Lookup(o.Ref.Kind); !ok || o.Value != nil && !row.Equal(used.Value, o.Value) {
				t.Errorf("%s: a check changed %s", f.file, o.Ref)
			}
		}
	}
}

// TestTogether: all checks over every fixture, none panics, and no two
// findings of a subject share an ID.
func TestTogether(t *testing.T) {
	for _, f := range fixtures(t, "bad.yaml", "good.yaml") {
		seen := map[string]string{}
		for _, r := range run(t, f.store(), analyzers.All...) {
			for _, finding := range r.Findings {
				at := fmt.Sprintf("%s %s %s", finding.Check.ID(), finding.Subject, finding.Field)
				if other, ok := seen[finding.ID]; ok {
					t.Errorf("%s: %s and %s share the ID %s", f.file, other, at, finding.ID)
				}
				seen[finding.ID] = at
			}
		}
	}
}
