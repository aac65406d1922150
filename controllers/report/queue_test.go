package report

import (
	"slices"
	"testing"
)

// A late edit does not wait for a wave of earlier ones, nor they for ever for
// late ones.
func TestTheLatestAndTheOldestTakeTurns(t *testing.T) {
	q := newQueue("reports")
	defer q.ShutDown()
	for _, name := range []string{"a", "b", "c", "d", "b"} {
		q.Add(name)
	}
	var got []string
	take := func() {
		name, _ := q.Get()
		q.Done(name)
		got = append(got, name)
	}
	take()
	take()
	q.Add("late")
	for q.Len() > 0 {
		take()
	}
	if want := []string{"b", "a", "late", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
