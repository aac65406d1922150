// Package operatortesting runs the program beside a test: as a process of its
// own, with an access of its own to the API server of package envtesting.
package operatortesting

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/meshaudit/meshaudit/internal/cli"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// asProgram is set for a process that is to be the program, not its tests.
const asProgram = "MESHAUDIT_TEST_AS_PROGRAM"

// Main is [envtesting.Run] for a binary whose tests call [Start].
func Main(m *testing.M) int {
	if os.Getenv(asProgram) != "" {
		return program()
	}
	return envtesting.Run(m)
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

// Start runs the program with the arguments, and with variables beside those of
// the test, which it gets without those that lead to AWS, until the test ends; it
// must then end without an error. A test that fails shows what it said.
func Start(tb testing.TB, variables []string, args ...string) {
	tb.Helper()
	logFile := filepath.Join(tb.TempDir(), "log")
	log, err := os.Create(logFile) //nolint:gosec // a file of the test
	if err != nil {
		tb.Fatal(err)
	}
	//nolint:gosec // the test itself, as the program
	process := exec.CommandContext(context.WithoutCancel(tb.Context()), os.Args[0], args...)
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	process.Env = slices.Concat(own, []string{asProgram + "=1"}, variables)
	process.Stdout, process.Stderr = log, log
	input, err := process.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := process.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = input.Close()
		if err := process.Wait(); err != nil {
			tb.Errorf("the program ended with %v", err)
		}
		_ = log.Close()
		if tb.Failed() {
			text, _ := os.ReadFile(logFile) //nolint:gosec // a file of the test
			tb.Logf("log of the program:\n%s", text)
		}
	})
}
