package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/hack/bench/load"
)

const (
	restAfterEdit = 250 * time.Millisecond // on average
	late          = 30 * time.Second       // an edit that nothing shows by then fails the run
)

// edit is one change of a route: to a host that does not exist, or back.
type edit struct {
	namespace, name string
	broken          bool
}

// edit breaks and mends routes, each in a namespace of its own, at random
// moments, so far apart in each namespace that the least interval between two
// writes of one report does not matter. It gives the time from the request to the moment at which its
// consequence was shown. In the end all routes are as they were.
func (b *bench) edit(
	ctx context.Context, shown func(context.Context, edit) (time.Time, error),
) ([]time.Duration, error) {
	random := rand.New(rand.NewPCG(b.seed, 1))
	n := min(load.Probes, max(b.edits/2, 1))
	var times []time.Duration
	for round := 0; round%2 == 1 || len(times) < b.edits; round++ {
		for i := range n {
			took, err := b.once(ctx, i, round%2 == 0, shown)
			if err != nil {
				return nil, err
			}
			times = append(times, took)
			if err := wait(ctx, pause(random)); err != nil {
				return nil, err
			}
		}
	}
	return times, nil
}

// pause is between nothing and twice the average.
func pause(random *rand.Rand) time.Duration {
	return time.Duration(random.Int64N(int64(2 * restAfterEdit)))
}

// once makes one edit.
func (b *bench) once(
	ctx context.Context, n int, broken bool, shown func(context.Context, edit) (time.Time, error),
) (time.Duration, error) {
	sent := time.Now()
	namespace, name, err := b.mesh.Break(ctx, b.config(), n, broken)
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithTimeout(ctx, late)
	defer stop()
	at, err := shown(ctx, edit{namespace, name, broken})
	if err != nil {
		return 0, fmt.Errorf("edit of %s/%s, broken %t: %w", namespace, name, broken, err)
	}
	return at.Sub(sent), nil
}

// reported tells whether a namespace's report shows the edit.
func (e edit) reported(o any) bool {
	r, ok := o.(*v1alpha1.MeshAuditReport)
	if !ok {
		return false
	}
	found := false
	for i := range r.Status.Findings {
		f := &r.Status.Findings[i]
		found = found || f.Check == "routing/unknownhost" && f.Subject.Name == e.name
	}
	return found == e.broken
}

// reacted tells whether the route's status shows the edit.
func (edit) reacted(o any) bool {
	u, ok := o.(*unstructured.Unstructured)
	return ok && observed(u) == u.GetGeneration()
}
