package mesh_test

import (
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// fromManifests is a store with the objects of some manifests and settings.
func fromManifests(t *testing.T, text string, settings ...*inventory.Object) *inventory.Store {
	t.Helper()
	set := manifests.Load([]string{manifests.Stdin}, strings.NewReader(text))
	for _, e := range set.Errors {
		t.Fatal(&e)
	}
	s := inventory.New(kinds.Schema())
	batch := set.Batch(false)
	for _, c := range batch.States {
		s.SetState(c.Kind, c.Scope, c.State)
	}
	for _, o := range batch.Objects {
		s.Apply(o)
	}
	for _, o := range settings {
		s.Apply(o)
	}
	return s
}

// withObjects is a store with objects that a test made.
func withObjects(objects ...*inventory.Object) *inventory.Store {
	s := inventory.New(kinds.Schema())
	for _, row := range kinds.Rows() {
		s.SetState(row.Kind, "", inventory.Listed)
	}
	for _, o := range objects {
		s.Apply(o)
	}
	return s
}

// day is the n-th day of a month.
func day(n int) time.Time { return time.Date(2026, time.March, n, 0, 0, 0, 0, time.UTC) }
