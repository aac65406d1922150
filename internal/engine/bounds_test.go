package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// A subject waits for one time, however many it has asked for.
func TestWakesAreBoundedBySubjects(t *testing.T) {
	expiry := noon
	expiring := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "expiring", Severity: analysis.Low, Subject: "Box",
		Run: func(p *analysis.Pass) { p.Reached(expiry) },
	}}
	b := start(t, expiring)
	b.put(aBox("old", ""))
	for i := range 1000 {
		expiry = noon.Add(time.Duration(2000-i) * time.Hour)
		b.put(aBox("hat", fmt.Sprint(i)))
		if i%7 == 0 {
			b.put(aBox("old", fmt.Sprint(i)))
		}
	}
	if wakes, _ := b.Sizes(); wakes > 100 {
		t.Errorf("%d wakes for two subjects", wakes)
	}
	if at := b.NextWake(); !at.Equal(expiry) {
		t.Errorf("next wake %s, want %s", at, expiry)
	}
}

// Changes that come faster than they are worked off take no more room than
// their subjects, and the last one still goes first.
func TestTheQueueIsBoundedBySubjects(t *testing.T) {
	b := start(t, openBox)
	names := []string{"hat", "pen", "tea"}
	for i := range 999 {
		var batch inventory.Batch
		batch.Put(aBox(names[i%3], fmt.Sprint(i)))
		b.Apply(batch)
	}
	if _, queue := b.Sizes(); queue > 100 {
		t.Errorf("%d entries for three subjects", queue)
	}
	b.expect(b.Evaluate(noon, nil),
		"Box attic/tea 1 findings 0 not evaluated", "Box attic/pen 1 findings 0 not evaluated",
		"Box attic/hat 1 findings 0 not evaluated")
}
