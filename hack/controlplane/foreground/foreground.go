// Package foreground bounds the life of a command that a person started and
// that must leave nothing behind.
package foreground

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Context returns a context that ends when the command is interrupted, told to
// end, or left alone by the process that started it: go run does not pass a
// SIGTERM on, and nobody would be left to stop what the command started.
func Context() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go stopWithParent(ctx, stop)
	return ctx, stop
}

func stopWithParent(ctx context.Context, stop context.CancelFunc) {
	parent := os.Getppid()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for os.Getppid() == parent {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
	stop()
}
