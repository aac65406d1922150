package ingest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

func require(ok bool, message string) error {
	if ok {
		return nil
	}
	return errors.New(message)
}

// noGoroutines waits until nothing runs that Start began.
func noGoroutines(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		buffer := make([]byte, 1<<22)
		for stack := range strings.SplitSeq(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
			ours := strings.Contains(stack, "tools/cache.") || strings.Contains(stack, "apimachinery/pkg/watch.") ||
				strings.Contains(stack, "controllers/ingest.") && !strings.Contains(stack, "testing.tRunner")
			if ours {
				return fmt.Errorf("still running: %s", stack)
			}
		}
		return nil
	})
}
