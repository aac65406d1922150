package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	var list []int
	for i := range 200 {
		list = append(list, 200-i)
	}
	for percent, want := range map[int]int{50: 100, 99: 198, 100: 200} {
		if got := percentile(list, percent); got != want {
			t.Errorf("p%d: %d, want %d", percent, got, want)
		}
	}
	if got := percentile([]int{7}, 50); got != 7 {
		t.Errorf("p50 of one: %d", got)
	}
	if got := percentile([]int(nil), 99); got != 0 {
		t.Errorf("p99 of none: %d", got)
	}
}

func TestSlope(t *testing.T) {
	if got := slope([]float64{10, 12, 14, 16}); math.Abs(got-2) > 1e-9 {
		t.Errorf("slope %f", got)
	}
	if got := slope([]float64{3, 3, 3}); got != 0 {
		t.Errorf("slope of a level %f", got)
	}
}

func TestAMissedBarIsCounted(t *testing.T) {
	var table table
	table.compare("cold", "start", 3*time.Second, 2*time.Second, 1.5, 0)
	table.compare("cold", "start", 4*time.Second, 2*time.Second, 1.5, 0)
	table.compare("latency", "edit", 4200*time.Millisecond, 2*time.Second, 2, 200*time.Millisecond)
	table.most("steady", "writes", 1, 0)
	var text strings.Builder
	table.write(&text)
	if table.missed != 2 || strings.Count(text.String(), "**missed**") != 2 {
		t.Errorf("%d missed in\n%s", table.missed, &text)
	}
}

func TestTheBusiestSecond(t *testing.T) {
	j := &journal{writes: map[string][]time.Time{}}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, ms := range []int{0, 900, 1100, 1500, 1899, 5000} {
		name := string(rune('a' + i%2))
		j.writes[name] = append(j.writes[name], start.Add(time.Duration(ms)*time.Millisecond))
	}
	if got := j.busiest(); got != 4 {
		t.Errorf("%d writes in the busiest second, want 4", got)
	}
	if got := j.most(); got != 3 {
		t.Errorf("%d writes of one report at most, want 3", got)
	}
}
