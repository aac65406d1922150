// Package cli is the command line: meshaudit manager, analyze, baseline,
// aws-snapshot and checks.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Version of the program, set by the linker.
var Version = "v0.1.0"

// Exit codes. The lowest that applies wins, 0 last.
const (
	exitInternal   = 1 // the program itself failed
	exitUsage      = 2 // the command line makes no sense
	exitFindings   = 3 // findings at or above --fail-on
	exitIncomplete = 4 // something could not be read or evaluated
)

// exit is an error that says how the program ends. Without a message there is
// nothing to add to what was printed.
type exit struct {
	code    int
	message string
}

func (e *exit) Error() string { return e.message }

func usage(format string, args ...any) error {
	return &exit{exitUsage, fmt.Sprintf(format, args...)}
}

// Streams are the program's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Execute runs the program and returns its exit code.
func Execute(ctx context.Context, args []string, s Streams) int {
	root := newRoot(s) //nolint:contextcheck // commands get the context when they are executed
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var e *exit
	if !errors.As(err, &e) {
		e = &exit{exitInternal, err.Error()}
	}
	if e.message != "" {
		fmt.Fprintln(s.Err, "meshaudit:", e.message)
	}
	return e.code
}

func newRoot(s Streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "meshaudit",
		Short:         "Audit the service meshes of a Kubernetes cluster, live or as files",
		Version:       Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%s; see %s --help", err, c.CommandPath())
	})
	root.AddCommand(newAnalyzeCommand(s), newAWSSnapshotCommand(s), newBaselineCommand(s), newChecksCommand(s),
		newManagerCommand())
	return root
}

// noArguments refuses words that no command takes.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("unknown command %q; see %s --help", args[0], c.CommandPath())
	}
	return nil
}
