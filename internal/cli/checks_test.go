package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analyzers"
)

// TestChecksInFull: a program can learn all about every check, without running
// one: what it is, what to do, how bad it is, and what it reads.
func TestChecksInFull(t *testing.T) {
	var got []struct {
		ID          string   `json:"id"`
		Title       string   `json:"title"`
		Why         string   `json:"why"`
		Fix         string   `json:"fix"`
		Severity    string   `json:"severity"`
		Profile     string   `json:"profile"`
		Since       string   `json:"since"`
		Subjects    []string `json:"subjects"`
		Equivalents []string `json:"equivalents"`
		Inputs      []string `json:"inputs"`
	}
	if err := json.Unmarshal([]byte(meshaudit(t, "", "checks", "-o", "json").out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(analyzers.All) {
		t.Fatalf("%d checks, want %d", len(got), len(analyzers.All))
	}
	for i, c := range got {
		want := analyzers.All[i]
		if c.ID != want.ID() || c.Title != want.Title || c.Why != want.Why || c.Fix != want.Fix ||
			c.Severity != want.Severity.String() || c.Profile != want.Profile.String() || c.Since != want.Since {
			t.Errorf("%s is told as %+v", want.ID(), c)
		}
		if len(c.Subjects) != 1+len(want.Also) || c.Equivalents == nil || len(c.Inputs) == 0 && c.ID != "configuration/undecodable" {
			t.Errorf("%s: subjects %v, equivalents %v, inputs %v", c.ID, c.Subjects, c.Equivalents, c.Inputs)
		}
	}
	if o := meshaudit(t, "", "checks", "-o", "yaml"); o.code != 2 {
		t.Errorf("an unknown format ends with code %d", o.code)
	}
}
