package monitoring_test

import (
	"context"
	"io"
	"os"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/meshaudit/meshaudit/internal/cli"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// asProgram is set for a process that is to be the program, not its tests.
const asProgram = "MESHAUDIT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(program())
	}
	os.Exit(envtesting.Run(m))
}

// program runs until its input ends, so that it does not outlive the tests.
func program() int {
	ctx, cancel := context.WithCancel(ctrl.SetupSignalHandler())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	return cli.Execute(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
