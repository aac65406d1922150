package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// audited is what analyze --output json says.
type audited struct {
	Summary  map[string]int `json:"summary"`
	Findings []struct {
		ID           string            `json:"id"`
		SuppressedBy string            `json:"suppressedBy"`
		Subject      map[string]string `json:"subject"`
	} `json:"findings"`
}

func analyzed(t *testing.T, args ...string) (audited, outcome) {
	t.Helper()
	o := meshaudit(t, "", append([]string{"analyze", "--profile", "strict", "--output", "json"}, args...)...)
	var d audited
	if err := json.Unmarshal([]byte(o.out), &d); err != nil {
		t.Fatalf("%q: exit code %d, %v\n%s", args, o.code, err, o.errors)
	}
	return d, o
}

func (a *audited) ids() []string {
	var list []string
	for _, f := range a.Findings {
		list = append(list, f.ID)
	}
	slices.Sort(list)
	return list
}

// TestABaselineSilencesTheFirstDay: with its own baseline, nothing of any fixture
// counts, and every finding is listed.
func TestABaselineSilencesTheFirstDay(t *testing.T) {
	fixtures, err := filepath.Glob("../analyzers/*/*/testdata/bad*.yaml")
	if err != nil || len(fixtures) < 100 {
		t.Fatalf("%d fixtures: %v", len(fixtures), err)
	}
	for _, fixture := range append(fixtures, "../../config/samples") {
		made := meshaudit(t, "", "baseline", "--file", fixture, "--profile", "strict")
		if made.code != 0 && made.code != 4 {
			t.Fatalf("%s: exit code %d\n%s", fixture, made.code, made.errors)
		}
		before, _ := analyzed(t, "--file", fixture)
		if made.out == "" {
			if len(before.Findings) != before.Summary["suppressed"] {
				t.Errorf("%s has findings and no baseline: %s", fixture, made.errors)
			}
			continue
		}
		known := file(t, made.out)
		after, o := analyzed(t, "--file", fixture, "--exceptions", known)
		if o.code == 3 || after.Summary["suppressed"] != len(after.Findings) || strings.Contains(o.errors, "exception") ||
			!slices.Equal(after.ids(), before.ids()) {
			t.Errorf("%s: exit code %d, %v of %d findings\n%s%s", fixture, o.code, after.Summary, len(before.Findings), o.errors, made.out)
		}
		again := meshaudit(t, "", "baseline", "--file", fixture, "--profile", "strict", "--exceptions", known)
		if again.out != "" || !strings.Contains(again.errors, "nothing to silence") {
			t.Errorf("%s: the second baseline is\n%s%s", fixture, again.errors, again.out)
		}
	}
}

// TestANewMistakeShows: one in another object of the same check, too; and the
// next baseline takes no name of the first, so that both can be applied.
func TestANewMistakeShows(t *testing.T) {
	first := meshaudit(t, dangling, "baseline", "--file", "-", "--expires", "2099-12-31", "--owner", "team-shop")
	second := strings.ReplaceAll(strings.Split(dangling, "---")[0], "cart", "pay")
	grown, known := file(t, dangling+"---\n"+second), file(t, first.out)
	for _, want := range []string{
		"name: baseline-routing-unknownhost\n  namespace: shop\n", "owner: team-shop", `expiresAt: "2099-12-31T00:00:00Z"`,
		"reason: Known on 20", "- kind: VirtualService\n    name: cart\n",
	} {
		if !strings.Contains(first.out, want) {
			t.Errorf("the baseline lacks %q:\n%s", want, first.out)
		}
	}
	if strings.Contains(first.out, "status") || strings.Contains(first.out, "creationTimestamp") {
		t.Errorf("the baseline says too much:\n%s", first.out)
	}
	now, o := analyzed(t, "--file", grown, "--exceptions", known)
	if o.code != 3 || now.Findings[0].Subject["name"] != "pay" || now.Findings[0].SuppressedBy != "" {
		t.Errorf("exit code %d: %+v", o.code, now.Findings)
	}
	next := meshaudit(t, "", "baseline", "--file", grown, "--exceptions", known)
	if !strings.Contains(next.out, "name: baseline-routing-unknownhost-2\n") || strings.Contains(next.out, "cart") {
		t.Errorf("the next baseline is\n%s", next.out)
	}
	if _, o := analyzed(t, "--file", grown, "--exceptions", known, "--exceptions", file(t, next.out)); o.code != 0 {
		t.Errorf("exit code %d\n%s", o.code, o.errors)
	}
}

// TestALargeBaselineIsSplit: an exception names 64 subjects at most, and the
// order is always the same.
func TestALargeBaselineIsSplit(t *testing.T) {
	var all strings.Builder
	for i := range 130 {
		fmt.Fprintf(&all, "---\n%s", strings.ReplaceAll(strings.Split(dangling, "---")[0], "name: cart", fmt.Sprintf("name: cart-%03d", i)))
	}
	manifests := file(t, all.String())
	args := []string{"baseline", "--file", manifests, "--checks", "routing/unknownhost", "--expires", "2099-12-31", "--reason", "x"}
	made := meshaudit(t, "", args...)
	if n := strings.Count(made.out, "kind: MeshAuditException"); n != 3 || !strings.Contains(made.errors, "3 exceptions that silence 130 findings") {
		t.Errorf("%d exceptions: %s", n, made.errors)
	}
	if meshaudit(t, "", args...).out != made.out {
		t.Error("a second run gives something else")
	}
	if now, o := analyzed(t, "--file", manifests, "--checks", "routing/unknownhost", "--exceptions", file(t, made.out)); o.code != 0 || now.Summary["suppressed"] != 130 {
		t.Errorf("exit code %d: %v", o.code, now.Summary)
	}
}

// TestTheClusterHasNoNamespace: its findings are excepted in the operator's.
func TestTheClusterHasNoNamespace(t *testing.T) {
	samples := []string{"--file", "../../config/samples", "--checks", "appmesh/endofsupport"}
	made := meshaudit(t, "", append([]string{"baseline", "--operator-namespace", "audit"}, samples...)...)
	if !strings.Contains(made.out, "namespace: audit") {
		t.Fatalf("%s%s", made.errors, made.out)
	}
	known := file(t, made.out)
	for system, code := range map[string]int{"audit": 0, "other": 3} {
		if _, o := analyzed(t, append(samples, "--exceptions", known, "--operator-namespace", system)...); o.code != code {
			t.Errorf("in %s: exit code %d, want %d\n%s", system, o.code, code, o.errors)
		}
	}
}

// TestWordsAboutABaseline: what it takes, refuses and tells.
func TestWordsAboutABaseline(t *testing.T) {
	bounds := filepath.Join(t.TempDir(), "policy.yaml")
	text := "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\nspec: {exceptions: {maxSeverity: Low}}\n"
	if err := os.WriteFile(bounds, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"--severity-at-least critical": {0, "nothing to silence"},
		"--severity-at-least high":     {0, "1 exception that silences 1 finding\n"},
		"--expires-in 12h":             {0, "1 exception that silences 1 finding\n"},
		"--policy " + bounds:           {0, "the policy (spec.exceptions) does not let them silence 1 more"},
		"--severity-at-least awful":    {2, `--severity-at-least: unknown severity "awful"`},
		"--expires soon":               {2, `--expires: "soon" is neither a day`},
		"--expires 2020-01-01":         {2, "--expires: 2020-01-01T00:00:00Z is over"},
		"--expires-in 3weeks":          {2, "--expires-in: "},
		"--expires-in xd":              {2, `--expires-in: "xd" is no number of days such as 30d`},
		"--expires-in -1h":             {2, "is over"},
		"--fail-on high":               {2, "unknown flag"},
		"--file /nowhere.yaml":         {4, "/nowhere.yaml"},
	} {
		o := meshaudit(t, dangling, append([]string{"baseline", "--file", "-"}, strings.Fields(args)...)...)
		if o.code != want.code || !strings.Contains(o.errors, want.says) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", args, o.code, want.code, want.says, o.errors)
		}
	}
}
