package cli

import (
	"context"
	"errors"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/meshaudit/meshaudit/controllers/report"
)

// An operator that is asked to end does so within 5 s. The manager ends the
// watches and the evaluation, then, on the leader, what writes, for which the
// reports get [report.LastWrites], then the servers, and gives the Lease back
// last, so that nobody else leads while reports are written.
const (
	// stopping is how long the manager waits for all of these but the Lease.
	stopping = report.LastWrites + 500*time.Millisecond
	// ending bounds the whole: that the Lease is given back, the manager waits
	// for as long as the API server takes to answer.
	ending = stopping + time.Second
)

var errOverdue = errors.New("the API server does not answer: the Lease was not given back and runs out")

// start runs the manager until ctx ends, and for no longer than ending from
// then on.
func start(ctx context.Context, m ctrl.Manager) error {
	ended := make(chan error, 1)
	go func() { ended <- m.Start(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	overdue := time.NewTimer(ending)
	defer overdue.Stop()
	select {
	case err := <-ended:
		return err
	case <-overdue.C:
		return errOverdue
	}
}
