// Command demo runs the whole product on a control plane with simulated nodes:
// it installs the samples, runs the operator under its own ServiceAccount and
// shows what the reports say. It leaves no process behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
	"github.com/meshaudit/meshaudit/hack/controlplane/foreground"
)

func main() {
	quieten()
	ctx, stop := foreground.Context()
	err := run(ctx, os.Args[1:])
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case interrupted && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "demo: interrupted")
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// quieten silences libraries: what they have to say is in errors and log files.
func quieten() {
	log.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	return newDemo(o, os.Stdout).run(ctx)
}

// options of the command line. All paths are absolute.
type options struct {
	once      bool
	dir       string // of kubeconfigs and logs
	meshaudit string // the program
	root      string // of the repository
}

func parse(args []string) (options, error) {
	module, err := binaries.Root()
	if err != nil {
		return options{}, err
	}
	o := options{root: filepath.Join(module, "..", "..")}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.BoolVar(&o.once, "once", false, "end after printing, with exit code 0 if the expected reports appeared")
	flags.StringVar(&o.dir, "dir", filepath.Join(o.root, "bin", "demo"), "folder for kubeconfigs and logs")
	flags.StringVar(&o.meshaudit, "meshaudit", filepath.Join(o.root, "bin", "meshaudit"), "the program; see make build")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if _, err := os.Stat(o.meshaudit); err != nil {
		return o, fmt.Errorf("the program is missing, run make build: %w", err)
	}
	err = o.absolute()
	return o, err
}

func (o *options) absolute() (err error) {
	for _, path := range []*string{&o.dir, &o.meshaudit} {
		if *path, err = filepath.Abs(*path); err != nil {
			return fmt.Errorf("path: %w", err)
		}
	}
	return nil
}
