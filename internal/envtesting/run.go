package envtesting

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
)

// shared is the control plane of this test binary.
var shared struct {
	mu      sync.Mutex
	running bool // inside Run
	env     *Env
	err     error
}

// Run runs the tests of a binary and then ends the control plane, if one was
// started. It gives the binary's exit code, which is not 0 if the tests passed
// and left a goroutine behind; see [Leaks].
func Run(m *testing.M) int {
	ctrl.SetLogger(logr.Discard())
	shared.running = true
	code := m.Run()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, "end the control plane:", err)
		return max(code, 1)
	}
	if code != 0 {
		return code
	}
	if err := Leaks(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func closeShared() error {
	if shared.env == nil {
		return nil
	}
	return shared.env.Close()
}

// Start gives the control plane of this test binary, starting it if need be.
// A control plane that could not be started fails every test that wants it.
func Start(tb testing.TB) *Env {
	tb.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.running {
		tb.Fatal("no control plane: TestMain must call envtesting.Run")
	}
	if shared.env == nil && shared.err == nil {
		shared.env, shared.err = Launch(Options{})
	}
	if shared.err != nil {
		tb.Fatalf("no control plane: %v", shared.err)
	}
	return shared.env
}
