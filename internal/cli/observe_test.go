package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// said is the log so far.
func (r *replica) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(r.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// settle waits until the operator leads, and reports and exceptions show what it
// knows.
func (r *replica) settle(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error { return r.settled(t) })
}

// settled tells what keeps the operator from having settled.
func (r *replica) settled(t *testing.T) error {
	t.Helper()
	from := float64(clock.RealClock{}.Now().UnixMilli()) / 1000
	shown, err := r.metric(t, "meshaudit_last_success_timestamp_seconds")
	if err == nil && shown < from {
		err = fmt.Errorf("the reports show what was known at %f, not at %f", shown, from)
	}
	return errors.Join(err, r.told())
}

// metric is the sum of the samples whose names begin so.
func (r *replica) metric(t *testing.T, name string) (float64, error) {
	t.Helper()
	code, text, err := answer(t, "http://"+r.metrics+"/metrics", "")
	if err != nil || code != http.StatusOK {
		return 0, fmt.Errorf("status %d: %w", code, err)
	}
	sum, found := 0.0, false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, name) {
			continue
		}
		fields := strings.Fields(line)
		value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			return 0, fmt.Errorf("metrics: %w", err)
		}
		sum, found = sum+value, true
	}
	if !found {
		return 0, fmt.Errorf("no metric %s", name)
	}
	return sum, nil
}

// evaluations is how often something was evaluated.
func (r *replica) evaluations(t *testing.T) float64 {
	t.Helper()
	n, err := r.metric(t, "meshaudit_evaluation_duration_seconds_count")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ready waits until the operator says that it is.
func (r *replica) ready(t *testing.T) {
	t.Helper()
	waitForAnswer(t, "http://"+r.probe+"/readyz", "", http.StatusOK, "ok")
}

// calm fails the test if the log has an error, or more than so many lines about
// something.
func (r *replica) calm(t *testing.T, most int, about string) {
	t.Helper()
	n := 0
	for line := range strings.Lines(r.said(t)) {
		var entry struct {
			Level string `json:"level"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level != "info" {
			t.Errorf("the log says %s (%v)", line, err)
		}
		if strings.Contains(line, about) {
			n++
		}
	}
	if n > most {
		t.Errorf("%d lines about %s, want %d at most", n, about, most)
	}
}
