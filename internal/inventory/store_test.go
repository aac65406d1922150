package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// A word is found by each of its letters, in its namespace and everywhere.
var (
	byLetter = &inventory.Index{Kind: "Word", Name: "letter", Keys: func(o *inventory.Object) []inventory.Key {
		var keys []inventory.Key
		for _, letter := range o.Value.(string) {
			keys = append(keys, inventory.Key{Scope: o.Ref.Namespace, Value: string(letter)}, inventory.Key{Value: string(letter)})
		}
		return keys
	}}
	words = inventory.NewKind(&inventory.KindInfo{
		Kind: "Word", Namespaced: true, Indexes: []*inventory.Index{byLetter},
		Equal: func(a, b any) bool { return a == b },
	})
	books  = inventory.NewKind(&inventory.KindInfo{Kind: "Book.library.io", Version: "v1"})
	schema = inventory.NewSchema(words, books)
)

func word(namespace, name, text string) *inventory.Object {
	o := &inventory.Object{Ref: inventory.Ref{Kind: "Word", Namespace: namespace, Name: name}}
	if text != "" {
		o.Value = text
	}
	return o
}

// buckets lists every bucket that any object of the test may be in.
func buckets() []inventory.Bucket {
	list := []inventory.Bucket{{Index: words.All}}
	for _, scope := range []string{"", "a", "b"} {
		list = append(list, inventory.Bucket{Index: words.Namespace, Key: inventory.Key{Scope: scope}})
		for _, letter := range "xyz" {
			list = append(list, inventory.Bucket{Index: byLetter, Key: inventory.Key{Scope: scope, Value: string(letter)}})
		}
		for n := range 5 {
			list = append(list, inventory.Bucket{Index: words.Ref, Key: inventory.Key{Scope: scope, Value: fmt.Sprint(n)}})
		}
	}
	return list
}

// naive reads a bucket by looking at every object.
func naive(objects map[inventory.Ref]*inventory.Object, b inventory.Bucket) []*inventory.Object {
	var out []*inventory.Object
	for _, o := range objects {
		if slices.Contains(b.Index.Keys(o), b.Key) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *inventory.Object) int { return a.Ref.Compare(b.Ref) })
	return out
}

// TestStoreEqualsLookingAtEverything: after any changes, each bucket holds what
// a look at every object gives, and each change names the buckets whose content
// it changed: of the index Ref, those that somebody keeps.
func TestStoreEqualsLookingAtEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := inventory.New(schema)
	objects := map[inventory.Ref]*inventory.Object{}
	texts := []string{"", "x", "xy", "yz", "xxz", "zzz"}
	for _, b := range buckets() {
		if b.Index == words.Ref {
			s.Keep(b)
		}
	}
	for step := range 3000 {
		o := word([]string{"a", "b"}[random.IntN(2)], fmt.Sprint(random.IntN(5)), texts[random.IntN(len(texts))])
		before := map[string]string{}
		for _, b := range buckets() {
			before[b.String()] = fmt.Sprint(s.Read(b))
		}
		c, changed := s.Apply(o)
		told := map[string]bool{}
		for _, id := range c.Buckets {
			told[s.Key(id).String()] = true
		}
		if changed {
			if delete(objects, o.Ref); c.New != nil {
				objects[o.Ref] = o
			}
		}
		for _, b := range buckets() {
			got := s.Read(b)
			if !slices.Equal(got, naive(objects, b)) {
				t.Fatalf("step %d: bucket %s holds %v", step, b, got)
			}
			if fmt.Sprint(got) != before[b.String()] && !told[b.String()] {
				t.Fatalf("step %d: bucket %s changed and was not told", step, b)
			}
		}
		s.Settle(c)
	}
}

func TestEqualValueChangesNothing(t *testing.T) {
	s := inventory.New(schema)
	if _, changed := s.Apply(word("a", "1", "x")); !changed {
		t.Error("a new object changed nothing")
	}
	if c, changed := s.Apply(word("a", "1", "x")); changed {
		t.Errorf("an equal value changed %v", c.Buckets)
	}
	if _, changed := s.Apply(word("a", "2", "")); changed {
		t.Error("the deletion of an absent object changed something")
	}
}

func TestNumbersStayValidWhileKept(t *testing.T) {
	s := inventory.New(schema)
	b := inventory.Bucket{Index: byLetter, Key: inventory.Key{Value: "x"}}
	id := s.Keep(b)
	for range 10 {
		for _, text := range []string{"x", ""} {
			if c, changed := s.Apply(word("a", "1", text)); changed {
				if !slices.Contains(c.Buckets, id) {
					t.Fatalf("a change of %s does not name its number", b)
				}
				s.Settle(c)
			}
		}
		other := s.Keep(inventory.Bucket{Index: byLetter, Key: inventory.Key{Value: "y"}})
		if s.Key(id) != b || other == id {
			t.Fatalf("number %d stands for %s", id, s.Key(id))
		}
		s.Release(other)
	}
}

// TestWhatHidesAnAnswer: in which state a bucket is, by what may be in it.
func TestWhatHidesAnAnswer(t *testing.T) {
	everywhere := inventory.Bucket{Index: byLetter, Key: inventory.Key{Value: "x"}}
	inA := inventory.Bucket{Index: byLetter, Key: inventory.Key{Scope: "a", Value: "x"}}
	inB := inventory.Bucket{Index: byLetter, Key: inventory.Key{Scope: "b", Value: "x"}}
	one := inventory.Bucket{Index: words.Ref, Key: inventory.Key{Scope: "a", Value: "1"}}
	fault := &inventory.Fault{Field: "spec", Message: "odd"}
	s := inventory.New(schema)
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"nothing was listed", func() {}, "NotSynced NotSynced NotSynced NotSynced"},
		{"listed", func() { s.SetState("Word", "", inventory.Listed) }, "Listed Listed Listed Listed"},
		{"one namespace is forbidden", func() { s.SetState("Word", "b", inventory.Forbidden) }, "Listed Listed Forbidden Listed"},
		{"and allowed again", func() { s.SetState("Word", "b", inventory.Listed) }, "Listed Listed Listed Listed"},
		{
			"an object's content is unknown", func() { s.Apply(&inventory.Object{Ref: word("a", "2", "").Ref, Fault: fault}) },
			"Undecodable Undecodable Listed Listed",
		},
		{
			"a part of it is known", func() { s.Apply(&inventory.Object{Ref: word("a", "2", "").Ref, Value: "x", Fault: fault}) },
			"Undecodable Undecodable Listed Listed",
		},
		{
			"the known part is elsewhere", func() { s.Apply(&inventory.Object{Ref: word("a", "2", "").Ref, Value: "y", Fault: fault}) },
			"Listed Listed Listed Listed",
		},
		{"it is gone", func() { s.Apply(word("a", "2", "")) }, "Listed Listed Listed Listed"},
	} {
		step.do()
		got := fmt.Sprint(s.Check(everywhere), s.Check(inA), s.Check(inB), s.Check(one))
		if got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

func TestNamesOfKinds(t *testing.T) {
	if books.APIVersion() != "library.io/v1" || books.Kind.Short() != "Book" || books.Kind.Group() != "library.io" {
		t.Errorf("%s is %s of %s", books.Kind, books.Kind.Short(), books.APIVersion())
	}
	ref := inventory.Ref{Kind: books.Kind, Name: "emma"}
	if key := books.RefKey(ref); key != (inventory.Key{Scope: "emma"}) || ref.String() != "Book emma" {
		t.Errorf("%s has key %+v", ref, key)
	}
}
