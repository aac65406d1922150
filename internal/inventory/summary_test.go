package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// longest is the longest word with a letter.
var longest = inventory.NewSummary(byLetter, "longest",
	func(members []*inventory.Object) any { return longestOf(members) },
	func(a, b any) bool { return a == b })

func longestOf(members []*inventory.Object) string {
	best := ""
	for _, o := range members {
		if text, ok := o.Value.(string); ok && len(text) > len(best) {
			best = text
		}
	}
	return best
}

func longestWith(letter string) inventory.Bucket {
	return inventory.Bucket{Index: longest, Key: inventory.Key{Value: letter}}
}

func summed(s *inventory.Store, b inventory.Bucket) string { return s.Read(b)[0].Value.(string) }

// A summary's reader is told of a change only if the sum is another.
func TestSummaryChangesOnlyWithItsSum(t *testing.T) {
	s := inventory.New(schema)
	s.SetState("Word", "", inventory.Listed)
	b := longestWith("x")
	id := s.Keep(b)
	if got := summed(s, b); got != "" {
		t.Fatalf("of nothing: %q", got)
	}
	for _, step := range []struct {
		put  *inventory.Object
		want string
		told bool
	}{
		{word("a", "1", "xyz"), "xyz", true},
		{word("a", "2", "x"), "xyz", false},
		{word("a", "2", "xx"), "xyz", false},
		{word("b", "3", "y"), "xyz", false},
		{word("a", "1", ""), "xx", true},
		{&inventory.Object{Ref: word("a", "2", "").Ref, Value: "xx", Fault: &inventory.Fault{Field: "text"}}, "xx", true},
		{word("a", "2", "xx"), "xx", true},
	} {
		s.Apply(step.put)
		changed := s.Refresh()
		if told := slices.Contains(changed, id); told != step.told {
			t.Errorf("after %v: told %t", step.put, told)
		}
		if got := summed(s, b); got != step.want {
			t.Errorf("after %v: %q, want %q", step.put, got, step.want)
		}
	}
	if ids := s.Recheck(); len(ids) > 0 {
		t.Errorf("%d summaries had been wrong", len(ids))
	}
}

// An object that did not decode makes the summary as uncertain as its bucket.
func TestSummaryIsAsReadableAsItsBucket(t *testing.T) {
	s := inventory.New(schema)
	s.SetState("Word", "", inventory.Listed)
	s.Apply(&inventory.Object{Ref: word("a", "1", "").Ref, Value: "xyz", Fault: &inventory.Fault{Field: "text"}})
	for letter, want := range map[string]inventory.State{"x": inventory.Undecodable, "q": inventory.Listed} {
		if got := s.Check(longestWith(letter)); got != want {
			t.Errorf("%s: %s, want %s", letter, got, want)
		}
	}
	s.SetState("Word", "", inventory.Forbidden)
	if got := s.Check(longestWith("q")); got != inventory.Forbidden {
		t.Errorf("%s", got)
	}
}

// Whatever was applied in whatever batches, a summary is that of the members.
func TestSummariesEqualNaiveOnes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	texts := []string{"", "x", "xy", "yz", "zzz", "xyzx"}
	s := inventory.New(schema)
	kept := map[string]inventory.BucketID{}
	told := map[string]string{} // what the last telling said
	for _, letter := range []string{"x", "y", "z"} {
		kept[letter] = s.Keep(longestWith(letter))
		told[letter] = summed(s, longestWith(letter))
	}
	for range 3000 {
		for range 1 + random.IntN(3) {
			s.Apply(word([]string{"a", "b"}[random.IntN(2)], fmt.Sprint(random.IntN(5)), texts[random.IntN(len(texts))]))
		}
		changed := s.Refresh()
		for letter, id := range kept {
			want := longestOf(s.Read(inventory.Bucket{Index: byLetter, Key: longestWith(letter).Key}))
			if got := summed(s, longestWith(letter)); got != want {
				t.Fatalf("%s: %q, want %q", letter, got, want)
			}
			if slices.Contains(changed, id) != (want != told[letter]) {
				t.Fatalf("%s: told %q, now %q, told again %t", letter, told[letter], want, slices.Contains(changed, id))
			}
			told[letter] = want
		}
	}
}
