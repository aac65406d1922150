package load

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"testing"
	"time"
)

// Whatever churn does, in the end the cluster is as described: no change is
// left half made, no edit is left, and a Mesh that knows nothing of the churn
// takes it over.
func TestChurnLeavesTheMeshAsDescribed(t *testing.T) {
	m := filled(t)
	before := stored(t, m)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	done, err := m.Churn(ctx, plane.Config, Rates{PodRestarts: 50, Rollouts: 10, ConfigEdits: 50, Relabels: 50}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if done.PodRestarts == 0 || done.Rollouts == 0 || done.ConfigEdits == 0 || done.Relabels == 0 || done.Writes == 0 {
		t.Errorf("some sort of change was not made: %+v", done)
	}
	after := stored(t, m)
	if len(after) != len(before) || maps.Equal(after, before) {
		t.Errorf("there were %d objects and are %d, or nothing was changed", len(before), len(after))
	}
	asDescribed(t, m)
	another := filled(t)
	if !maps.Equal(stored(t, another), after) {
		t.Error("another Mesh wrote to what it took over")
	}
	asDescribed(t, another)
}

// A churn that was cut off in the middle is made good by the next Fill.
func TestFillMendsWhatAChurnLeftHalfMade(t *testing.T) {
	m := filled(t)
	broken := m.find(0)
	s := &m.states[0]
	clients, err := connect(plane.Config, new(atomic.Int64))
	if err != nil {
		t.Fatal(err)
	}
	c := clients[0]
	next := state{deployment: s.deployment, revision: s.revision + 1}
	set := broken.replicaSet(next.revision, broken.replicas, s.deployment)
	if _, err := c.create(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	next.current = set.UID
	steps := errors.Join(
		c.remove(t.Context(), broken.current(s, 1)),
		c.patch(t.Context(), broken.current(s, 0), podVersion(true)),
		broken.createPod(t.Context(), c, &next, 0),
		relabelNamespace(t.Context(), c, change{number: 1, edited: true}),
		m.perform(t.Context(), c, change{sort: configEdit, what: aPeerAuthentication, number: 0, edited: true}),
	)
	if steps != nil {
		t.Fatal(steps)
	}
	asDescribed(t, filled(t))
}

func TestChurnWantsAFilledMesh(t *testing.T) {
	_, err := New(small, 1).Churn(t.Context(), plane.Config, Rates{PodRestarts: 1}, 1)
	if !errors.Is(err, errUnfilled) {
		t.Errorf("churn of a mesh that is nowhere: %v", err)
	}
}
