// Command build builds the control plane's binaries that are missing or of
// another version. It imports little, so that finding nothing to do is quick.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	out := flags.String("out", "", "folder of the binaries (default: bin/controlplane of the repository)")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "Usage: build [--out DIR] [NAME...]\nWithout names all components are built.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	_, err := binaries.Ensure(ctx, binaries.Options{Dir: *out, Names: flags.Args(), Output: os.Stdout})
	return err
}
