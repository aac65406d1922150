package inventory_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestInboxKeepsTheLatestOfEachObject(t *testing.T) {
	i := inventory.NewInbox()
	for n := range 500 {
		i.Put(word("a", "1", fmt.Sprint("x", n)))
	}
	<-i.Ready()
	b := i.Take()
	if len(b.Objects) != 1 || b.Objects[word("a", "1", "").Ref].Value != "x499" {
		t.Errorf("took %v", b.Objects)
	}
	if b := i.Take(); !b.Empty() {
		t.Errorf("took %v twice", b)
	}
}

func TestDropForgetsWhatWasPending(t *testing.T) {
	i := inventory.NewInbox()
	i.Update(func(b *inventory.Batch) {
		b.Put(word("a", "1", "x"))
		b.Drop("Word")
		b.Put(word("a", "2", "y"))
	})
	b := i.Take()
	if len(b.Drops) != 1 || len(b.Objects) != 1 || b.Objects[word("a", "2", "").Ref] == nil {
		t.Errorf("took %+v", b)
	}
}

// However often a CRD comes and goes before anybody looks, the inbox grows no
// longer than the kinds and their scopes are many.
func TestInboxIsBoundedByWhatExists(t *testing.T) {
	i := inventory.NewInbox()
	for n := range 500 {
		i.Update(func(b *inventory.Batch) {
			b.Drop("Word")
			b.SetState("Word", "", inventory.NotInstalled)
			b.SetState("Word", "a", inventory.Forbidden)
			b.SetState("Word", "", inventory.Listed)
			b.Put(word("a", "1", fmt.Sprint("x", n)))
		})
	}
	b := i.Take()
	want := []inventory.StateChange{
		{Kind: "Word", State: inventory.Listed}, {Kind: "Word", Scope: "a", State: inventory.Forbidden},
	}
	if len(b.Drops) != 1 || len(b.Objects) != 1 || !slices.Equal(b.States, want) {
		t.Errorf("took %+v", b)
	}
}

// TestUpdatesAreTakenWhole: what was recorded as one is never taken apart.
func TestUpdatesAreTakenWhole(t *testing.T) {
	i := inventory.NewInbox()
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := range 500 {
				i.Update(func(b *inventory.Batch) {
					b.Put(word("a", fmt.Sprint(w), fmt.Sprint(n)))
					b.Put(word("b", fmt.Sprint(w), fmt.Sprint(n)))
				})
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for open := true; open; {
		select {
		case <-done:
			open = false
		case <-i.Ready():
		}
		b := i.Take()
		for r, o := range b.Objects {
			twin := b.Objects[inventory.Ref{Kind: r.Kind, Namespace: map[string]string{"a": "b", "b": "a"}[r.Namespace], Name: r.Name}]
			if twin == nil || twin.Value != o.Value {
				t.Fatalf("%s was taken without its twin", r)
			}
		}
	}
}
