package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

func compileException(t *testing.T, spec string) (findings.Exception, policy.Verdict) {
	t.Helper()
	e := &v1alpha1.MeshAuditException{}
	e.Namespace, e.Name = "shop", "known"
	if err := yaml.Unmarshal([]byte(spec), &e.Spec); err != nil {
		t.Fatal(err)
	}
	return policy.CompileException(e, checks)
}

func TestAnExceptionSaysWhatItSilences(t *testing.T) {
	e, v := compileException(t, `
checks: [routing/*, mtls/permissive]
reason: known
expiresAt: "2030-01-02T03:04:05+01:00"
subjects:
- {kind: VirtualService, name: cart-*}
- labelSelector: {matchLabels: {team: a}}`)
	wantSame(t, v, policy.Verdict{})
	wantSame(t, e.Checks, []string{"routing/*", "mtls/permissive"})
	if want := time.Date(2030, 1, 2, 2, 4, 5, 0, time.UTC); !e.Expires.Equal(want) || e.Namespace != "shop" || e.Name != "known" {
		t.Errorf("%+v, want it to expire at %s", e, want)
	}
	if s := e.Subjects; len(s) != 2 || s[0].Kind != "VirtualService" || s[0].Name != "cart-*" || s[0].Selects != nil ||
		s[1].Kind != "" || !s[1].Selects(map[string]string{"team": "a", "b": "c"}) || s[1].Selects(nil) {
		t.Errorf("subjects %+v", s)
	}
	e, v = compileException(t, `{checks: ["*"], reason: night shift, expiresAt: "2030-01-01T00:00:00Z"}`)
	if len(v.Rejected)+len(e.Subjects) > 0 || len(e.Checks) != 1 {
		t.Errorf("%+v, %+v", e, v)
	}
}

// A pattern that matches no check may match one of the next version.
func TestAPatternThatMatchesNoCheckIsNamed(t *testing.T) {
	e, v := compileException(t, `{checks: [routing/*, no/such], reason: known}`)
	wantSame(t, v, policy.Verdict{Unmatched: []string{"no/such"}})
	wantSame(t, e.Checks, []string{"routing/*", "no/such"})
}

// What is wrong with an exception never makes it silence more.
func TestWhatIsWrongSilencesNothing(t *testing.T) {
	for spec, want := range map[string]struct {
		rejected string
		checks   int
		subjects int
	}{
		`{checks: [routing/*]}`:                                            {"spec.reason", 0, 0},
		`{checks: [routing/*], reason: "\t"}`:                              {"spec.reason", 0, 0},
		`{reason: known}`:                                                  {"spec.checks", 0, 0},
		`{checks: [], reason: known}`:                                      {"spec.checks", 0, 0},
		`{checks: [Routing, routing/*], reason: known}`:                    {"spec.checks[0]", 1, 0},
		`{checks: ["*"], reason: known}`:                                   {"spec.checks[0]", 0, 0},
		`{checks: [routing/*, "*/*"], reason: known}`:                      {"spec.checks[1]", 1, 0},
		`{checks: [a/b], reason: known, subjects: []}`:                     {"spec.subjects", 0, 0},
		`{checks: [a/b], reason: known, subjects: [{}]}`:                   {"spec.subjects[0] spec.subjects", 0, 0},
		`{checks: [a/b], reason: x, subjects: [{kind: pod}]}`:              {"spec.subjects[0] spec.subjects", 0, 0},
		`{checks: [a/b], reason: x, subjects: [{name: a/b}, {kind: Pod}]}`: {"spec.subjects[0]", 1, 1},
		`{checks: [a/b], reason: x, subjects: [{kind: Pod, labelSelector: {matchExpressions: [{key: a, operator: Near}]}}]}`: {
			"spec.subjects[0] spec.subjects", 0, 0,
		},
	} {
		e, v := compileException(t, spec)
		var fields []string
		for _, r := range v.Rejected {
			fields = append(fields, r.Field)
		}
		if fmt.Sprint(fields) != "["+want.rejected+"]" || len(e.Checks) != want.checks || len(e.Subjects) != want.subjects {
			t.Errorf("%s: %+v, rejected %v", spec, e, v.Rejected)
		}
	}
}

// The first moment of time is no moment at which something was to expire.
func TestTheZeroTimeIsOver(t *testing.T) {
	e, _ := compileException(t, `{checks: ["*"], reason: known, expiresAt: "0001-01-01T00:00:00Z"}`)
	if e.Expires.IsZero() || e.Expires.After(time.Unix(0, 0)) {
		t.Errorf("expires %s", e.Expires)
	}
}

func TestBoundsOfExceptions(t *testing.T) {
	wantSame(t, accepted(t, `{}`).Findings.Exceptions, findings.Bounds{})
	wantSame(t, accepted(t, `exceptions: {maxSeverity: Medium, checks: [routing/*]}`).Findings.Exceptions,
		findings.Bounds{MaxSeverity: analysis.Medium, Checks: []string{"routing/*"}})
	wantSame(t, accepted(t, `exceptions: {checks: []}`).Findings.Exceptions, findings.Bounds{Checks: []string{}})
	s, v := compile(t, `exceptions: {maxSeverity: Awful, checks: [Routing, no/such]}`)
	wantSame(t, s.Findings.Exceptions, findings.Bounds{Checks: []string{"no/such"}})
	if len(v.Rejected) != 2 || !slices.Equal(v.Unmatched, []string{"no/such"}) {
		t.Errorf("%+v", v)
	}
}

func TestWhatIsWritten(t *testing.T) {
	for spec, want := range map[string][2]bool{
		`{}`:                          {true, false},
		`events: {enabled: false}`:    {false, false},
		`events: {enabled: true}`:     {true, false},
		`export: {openReports: true}`: {true, true},
	} {
		if s := accepted(t, spec); s.Events != want[0] || s.OpenReports != want[1] {
			t.Errorf("%s: events %t, OpenReports %t", spec, s.Events, s.OpenReports)
		}
	}
}
