package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	pollInterval = 50 * time.Millisecond
	// patience is generous since other builds may share the machine's cores.
	patience = 2 * time.Minute
	// reminder is how long a wait stays silent.
	reminder = 10 * time.Second
)

// progress tells a person what goes on, and since when.
type progress struct {
	out   io.Writer
	began time.Time
}

func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.out, "[%3.0fs] %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
}

// await waits until nothing is missing any more. Now and then it says what
// is; so does the error, if it lasts too long.
func (p *progress) await(ctx context.Context, what string, missing func(context.Context) (string, error)) error {
	still, spoke := "", time.Now()
	err := wait.PollUntilContextTimeout(ctx, pollInterval, patience, true, func(ctx context.Context) (_ bool, err error) {
		if still, err = missing(ctx); err != nil || still == "" {
			return err == nil, err
		}
		if time.Since(spoke) > reminder {
			p.say("waiting for %s: %s", what, still)
			spoke = time.Now()
		}
		return false, nil
	})
	switch {
	case err == nil:
		return nil
	case componentFailure(ctx) != nil:
		return componentFailure(ctx)
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("waited %s in vain for %s: %s", patience, what, still)
	}
	return fmt.Errorf("wait for %s: %w", what, err)
}
