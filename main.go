// Command meshaudit audits the service meshes of a Kubernetes cluster, as an
// operator in the cluster or once on the command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/meshaudit/meshaudit/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Execute(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
