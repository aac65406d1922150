package envtesting

import (
	"context"
	"testing"
	"time"
)

const (
	deadline = 3 * time.Minute // an API server under load takes its time to end a CRD
	interval = 20 * time.Millisecond
)

// WaitFor returns when cond gives no error. After three minutes it fails the test
// with cond's last error, which should say what is missing. It must be called
// from the test's own goroutine.
func WaitFor(tb testing.TB, cond func() error) {
	tb.Helper()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	timeout := time.NewTimer(deadline)
	defer timeout.Stop()
	for {
		err := cond()
		if err == nil {
			return
		}
		select {
		case <-ticker.C:
		case <-timeout.C:
			tb.Fatalf("after %s: %v", deadline, err)
		}
	}
}

// lasting is the test's context without its end, so that cleanups may use what
// tests use.
func lasting(tb testing.TB) context.Context {
	tb.Helper()
	return context.WithoutCancel(tb.Context())
}
