package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// asProgram is set for a process that is to be the program, not its tests; see
// [cluster.operate].
const asProgram = "MESHAUDIT_TEST_AS_PROGRAM"

// everything tells that stories are to be told in full, as make faults does. The
// everyday run leaves out repetitions.
func everything() bool { return os.Getenv("MESHAUDIT_FAULTS") == "all" }

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(program())
	}
	forgetAWS()
	os.Exit(envtesting.Run(m))
}

// forgetAWS hides the developer's own credentials from the tests.
func forgetAWS() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			_ = os.Unsetenv(name)
		}
	}
}

// program runs until its input ends, so that it does not outlive the tests. Who
// has ended must have ended all of itself.
func program() int {
	ctx, cancel := context.WithCancel(ctrl.SetupSignalHandler())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	waiting := goleak.IgnoreCurrent()
	code := Execute(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	if code != 0 {
		return code
	}
	if err := envtesting.Leaks(waiting); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
