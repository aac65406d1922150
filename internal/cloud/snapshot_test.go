package cloud

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func (s *scene) snapshot(c Config, sweeps int) ([]Status, error) {
	s.Helper()
	batch, statuses, err := Snapshot(s.Context(), c, SnapshotOptions{
		Options: Options{Clock: s.clock, Log: logr.Discard(), SDK: s.aws.SDK()}, Sweeps: sweeps, Apart: time.Minute,
	})
	s.apply(batch)
	return statuses, err
}

// A snapshot of two sweeps holds what a poller has after two.
func TestSnapshot(t *testing.T) {
	s := play(t, Config{})
	if _, err := s.snapshot(Config{Mode: Off}, 1); err != nil {
		t.Fatal(err)
	}
	expect(t, "one sweep", s.state(), "Listed SourceUnavailable")
	statuses, err := s.snapshot(Config{}, 2)
	if err != nil || statuses[0].Class != ClassAvailable {
		t.Fatal(statuses, err)
	}
	expect(t, "two sweeps", s.state(), "Listed Listed")
	expect(t, "resources", s.resources(), whole)
	sweep := s.sweep(key("shop"))
	if apart := sweep.Began.Sub(sweep.Previous); apart < time.Minute {
		t.Errorf("the sweeps are %s apart", apart)
	}
}

// A snapshot of which AWS told nothing is an error; of what it did not tell all,
// a status.
func TestSnapshotFails(t *testing.T) {
	s := play(t, Config{})
	s.aws.Fail(awstest.Refusal(403, "AccessDeniedException", "no"))
	_, err := s.snapshot(Config{}, 2)
	expect(t, "error", fmt.Sprint(err), "ListMeshes: AccessDeniedException: no")
	s.aws.Fail(awstest.Status(503), "appmesh:ListRoutes")
	statuses, err := s.snapshot(Config{}, 1)
	expect(t, "error", err == nil, true)
	expect(t, "class", statuses[0].Class, ClassUnreachable)
	expect(t, "state", s.store.State(kinds.AWSResources.Name, key("shop")), inventory.SourceUnavailable)
}
