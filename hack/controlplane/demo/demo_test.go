package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exitFindings is how meshaudit analyze ends when it finds something.
const exitFindings = 3

func TestMain(m *testing.M) {
	quieten()
	os.Exit(m.Run())
}

// TestStory is what a new user does, up to mending a mistake.
func TestStory(t *testing.T) {
	d, output := testDemo(t)
	if err := d.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, done := d.untilComponentEnds(t.Context())
	defer done()
	if err := d.awaitReports(ctx); err != nil {
		t.Fatal(err)
	}
	t.Run("files give the findings that the cluster gives", func(t *testing.T) { sameAsFiles(t, d) })
	t.Run("whoever may view a namespace may read its report", func(t *testing.T) { showToViewers(t, d) })
	t.Run("kubectl shows what people look for", func(t *testing.T) { showWhatIsFound(t, d) })
	if err := errors.Join(d.show(ctx), d.mend(ctx)); err != nil {
		t.Fatal(err)
	}
	t.Run("the head of each sample says how to mend it", func(t *testing.T) { mendAll(t, d) })
	for _, want := range []string{"sample-migration", "mtls/", "Fix: ", "a fix was in the report after"} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("want %q in the output", want)
		}
	}
	t.Logf("%s", output)
}

// testDemo builds the program as it is now and stops the demo with the test.
func testDemo(t *testing.T) (*demo, *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	o, err := parse([]string{"--once", "--dir", dir, "--meshaudit", os.Args[0]})
	if err != nil {
		t.Fatal(err)
	}
	o.meshaudit = filepath.Join(dir, "meshaudit")
	build := exec.CommandContext(t.Context(), "go", "build", "-C", o.root, "-o", o.meshaudit, ".")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, output)
	}
	output := &bytes.Buffer{}
	d := newDemo(o, output)
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Error(err)
		}
	})
	return d, output
}

// shownByPods are the checks that only a cluster shows something: Pods, which
// no file has, that a validating webhook is absent, and MeshAudit's own
// namespace.
var shownByPods = []string{
	"migration/doublesidecar", "resources/unsetproxy", "resources/unlimitedproxy", "resources/concurrency",
	"injection/openvalidation", "injection/undecidednamespace",
}

// sameAsFiles holds that analyze --file finds what the cluster's reports show,
// and nothing else, Pods apart.
func sameAsFiles(t *testing.T, d *demo) {
	t.Helper()
	reports, err := d.reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var live []finding
	for _, r := range reports {
		live = append(live, r.Status.Findings...)
	}
	files := analyzeFiles(t, d)
	for _, f := range lacking(live, files) {
		if !slices.Contains(shownByPods, f.Check) {
			t.Errorf("only in the cluster: %+v\nIf it takes Pods to see that, add the check to shownByPods.", f)
		}
	}
	for _, f := range lacking(files, live) {
		t.Errorf("only in files: %+v", f)
	}
}

// lacking gives the findings of a list that another lacks.
func lacking(list, other []finding) []finding {
	return slices.DeleteFunc(slices.Clone(list), func(f finding) bool {
		return slices.ContainsFunc(other, func(o finding) bool { return o.key() == f.key() })
	})
}

// key is what identifies a finding wherever it was found. Where Pods show that
// traffic fails already, the cluster's is worse.
func (f *finding) key() finding {
	key := *f
	key.Severity, key.Message, key.Fix = "", "", ""
	return key
}

func analyzeFiles(t *testing.T, d *demo) []finding {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), d.meshaudit,
		"analyze", "--file", d.path("config", "samples"), "--output", "json")
	output, err := cmd.Output()
	if exit := (&exec.ExitError{}); !errors.As(err, &exit) || exit.ExitCode() != exitFindings {
		t.Fatalf("meshaudit analyze: want exit code %d, got %v", exitFindings, err)
	}
	var document struct {
		Findings []finding `json:"findings"`
	}
	if err := json.Unmarshal(output, &document); err != nil {
		t.Fatal(err)
	}
	return document.Findings
}
