package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

const (
	drift   = "aws/drift cart"
	missing = "aws/missing cart"
	often   = "--aws-interval=1s"
)

// Somebody edits in AWS, a snapshot finds the same, AWS dies and comes back, and
// somebody deletes in AWS. It begins with a minute in which nothing is found:
// clocks differ, and what AWS has may be older than the object.
func TestAWSAndTheClusterDiffer(t *testing.T) {
	w := newTwins(t)
	w.connect(t)
	w.listens(9090)
	r := w.operate(t, often)
	was := w.waitForFindings(t, w.shop, drift)
	w.waitForSource(t, v1alpha1.SourceUp, v1alpha1.SourceAvailable)
	if f := finding(t, &was.Status, "aws/drift", "cart"); !strings.Contains(f.Message, "9090") {
		t.Errorf("the finding does not name what AWS has: %+v", f)
	}
	w.snapshotFindsTheSame(t, r, was)
	w.diesAndComesBack(t, r, was)
	w.aws.Delete(w.node("").ARN())
	w.waitForFindings(t, w.shop, missing)
	w.listens(8080)
	w.waitForFindings(t, w.shop)
}

// What cannot be read is neither mended nor gone: AWS fails in several ways, an
// operator dies meanwhile, and nobody sees that the drift was mended before AWS
// answers again.
func (w *twins) diesAndComesBack(t *testing.T, r *replica, was *v1alpha1.MeshAuditReport) {
	t.Helper()
	w.aws.Fail(awstest.HTML(http.StatusNotFound))
	w.listens(8080)
	w.waitForSource(t, v1alpha1.SourceDown, v1alpha1.SourceUnknown)
	sameButStale(t, was, w.waitForReport(t, w.shop, unansweredAWS))
	w.aws.Fail(awstest.Status(http.StatusGone))
	down := w.waitForSource(t, v1alpha1.SourceDown, v1alpha1.SourceWithdrawn)
	if !meta.IsStatusConditionTrue(down.Status.Conditions, v1alpha1.ConditionComplete) {
		t.Errorf("nobody requires AWS: %+v", down.Status.Conditions)
	}
	sameButStale(t, was, w.waitForReport(t, w.shop, unansweredAWS))

	r.kill()
	w.freeLease(t)
	w.aws.Calls()
	r = w.operate(t, often)
	r.settle(t)
	w.waitForCall(t)
	sameButStale(t, was, w.waitForReport(t, w.shop, unansweredAWS))
	w.waitForSource(t, v1alpha1.SourceDown, v1alpha1.SourceWithdrawn)

	w.aws.Heal()
	w.waitForFindings(t, w.shop)
	up := w.waitForSource(t, v1alpha1.SourceUp, v1alpha1.SourceAvailable)
	for _, s := range up.Status.Sources {
		if !s.LastSuccess.IsZero() {
			t.Errorf("a source that answers tells a time that moves: %+v", s)
		}
	}
}

// waitForCall waits until AWS was asked.
func (w *twins) waitForCall(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if len(w.aws.Calls()) == 0 {
			return errors.New("nobody asked AWS")
		}
		return nil
	})
}

// unansweredAWS asks that the report is complete and names the check.
func unansweredAWS(s *v1alpha1.MeshAuditReportStatus) error {
	var missing []error
	if !slices.ContainsFunc(s.NotEvaluated, func(n v1alpha1.NotEvaluated) bool {
		return n.Check == "aws/drift" && n.Reason == v1alpha1.ReasonSourceUnavailable
	}) {
		missing = append(missing, fmt.Errorf("aws/drift is not among what was not evaluated: %+v", s.NotEvaluated))
	}
	if !meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ConditionComplete) {
		missing = append(missing, fmt.Errorf("the report does not count as complete: %+v", s.Conditions))
	}
	return errors.Join(missing...)
}

func (w *twins) waitToLog(t *testing.T, r *replica, text string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if !strings.Contains(r.said(t), text) {
			return fmt.Errorf("the log does not say %q", text)
		}
		return nil
	})
}

// Who has no credentials asks nobody, and misses nothing unless AWS is required.
func TestWithoutCredentialsNobodyAsksAWS(t *testing.T) {
	w := newTwins(t)
	w.connect(t)
	noCredentials(t)
	w.listens(9090)
	r := w.operate(t, often)
	w.waitToLog(t, r, "No credentials")
	w.waitForFindings(t, w.shop)
	w.waitForSource(t, v1alpha1.SourceOff, "")
	if _, err := r.metric(t, `meshaudit_source_up{source="appmesh"`); err == nil {
		t.Error("what is off counts as down")
	}

	w.require(t, "mode: Required")
	w.waitForReport(t, w.shop, incompleteForAWS)
	w.waitForSource(t, v1alpha1.SourceDown, v1alpha1.SourceDenied)
	if up, err := r.metric(t, `meshaudit_source_up{source="appmesh"`); err != nil || up != 0 {
		t.Errorf("meshaudit_source_up is %v (%v), want 0", up, err)
	}
	w.require(t, `mode: "Off"`)
	w.waitForFindings(t, w.shop)
	w.waitForSource(t, v1alpha1.SourceOff, "")
	if calls := w.aws.Calls(); len(calls) > 0 {
		t.Errorf("without credentials AWS was asked: %v", calls)
	}
}

func incompleteForAWS(s *v1alpha1.MeshAuditReportStatus) error {
	c := meta.FindStatusCondition(s.Conditions, v1alpha1.ConditionComplete)
	if c == nil || c.Status != "False" || !strings.Contains(c.Message, "SourceUnavailable") {
		return fmt.Errorf("condition %+v, want Complete=False for SourceUnavailable", c)
	}
	return nil
}

// snapshotFindsTheSame: a snapshot finds what the operator finds, without AWS.
func (w *twins) snapshotFindsTheSame(t *testing.T, r *replica, report *v1alpha1.MeshAuditReport) {
	t.Helper()
	file, policy := filepath.Join(t.TempDir(), "aws.json"), filepath.Join(t.TempDir(), "policy.yaml")
	if code, out := w.program(t, "aws-snapshot", "--output", file, "--apart", "10ms"); code != 0 {
		t.Fatalf("aws-snapshot ends with %d: %s", code, out)
	}
	text, err := os.ReadFile(file)
	err = errors.Join(err, os.WriteFile(policy, []byte(awsPolicy), 0o600))
	if err != nil || strings.Contains(string(text), "not-a-secret") || !strings.Contains(string(text), "cart_"+w.shop) {
		t.Errorf("the snapshot (%v) is %s", err, text)
	}
	live := []string{"analyze", "--kubeconfig", w.kubeconfig(t, r.server), "--policy", policy, "--output", "json"}
	want := finding(t, &report.Status, "aws/drift", "cart")
	w.finds(t, want, append(live, "--aws-snapshot", file)...)
	w.finds(t, want, append(live, "--aws", "--aws-apart", "10ms")...)
	w.aws.Fail(awstest.Refusal(http.StatusForbidden, "AccessDeniedException", "no"))
	if code, out := w.program(t, append(live, "--aws", "--aws-apart", "10ms")...); code != exitIncomplete || !strings.Contains(out, "Denied") {
		t.Errorf("AWS is asked for, and it denies: exit code %d: %s", code, out)
	}
	w.aws.Heal()
}

const awsPolicy = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditPolicy
metadata: {name: default}
spec: {checks: [{name: "*", disabled: true}, {name: aws/drift, severity: Medium}]}`

// finds runs the program, which must find one thing, the same.
func (w *twins) finds(t *testing.T, want *v1alpha1.Finding, args ...string) {
	t.Helper()
	code, text := w.program(t, args...)
	var got struct {
		Findings []v1alpha1.Finding `json:"findings"`
	}
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&got); err != nil || code != 0 || len(got.Findings) != 1 {
		t.Fatalf("%v: exit code %d (%v): %s", args, code, err, text)
	}
	f := &got.Findings[0]
	if f.ID != want.ID || f.Check != want.Check || f.Field != want.Field || f.Message != want.Message {
		t.Errorf("found %+v, want %+v", f, want)
	}
}

// program runs a command and gives what it said, standard output first.
func (*twins) program(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Execute(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	return code, out.String() + errs.String()
}
