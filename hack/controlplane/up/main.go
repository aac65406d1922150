// Command up runs a control plane with simulated nodes until it is
// interrupted, and leaves no process behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/meshaudit/meshaudit/hack/controlplane/cluster"
	"github.com/meshaudit/meshaudit/hack/controlplane/foreground"
)

func main() {
	log.SetLogger(klog.Background())
	ctx, stop := foreground.Context()
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "up:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	return runCluster(ctx, o)
}

// list is a flag that may be given more than once, or with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, strings.Split(value, ",")...)
	return nil
}

func parse(args []string) (cluster.Options, error) {
	o := cluster.Options{Output: os.Stderr}
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	flags.StringVar(&o.Dir, "dir", "", "folder for certificates, logs and data (default: a temporary one)")
	flags.StringVar(&o.BinDir, "bin", "", "folder of the binaries (default: bin/controlplane of the repository)")
	flags.StringVar(&o.KubeconfigPath, "kubeconfig-out", "",
		"where to write the administrator's kubeconfig (default: kubeconfig in --dir)")
	flags.BoolVar(&o.Controllers, "controllers", true, "run the controllers, the scheduler and simulated nodes")
	flags.BoolVar(&o.Injector, "injector", true, "stand in for the sidecar injectors of Istio and App Mesh")
	flags.IntVar(&o.Nodes, "nodes", 0, "number of simulated nodes (default: 3)")
	flags.Var((*list)(&o.CRDs), "crds",
		"CRDs to install: istio, gateway-api, gateway-api-experimental, appmesh, a file or a folder")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// runCluster stops the cluster whatever ends it, an error included.
func runCluster(ctx context.Context, o cluster.Options) error {
	began := time.Now()
	c, err := cluster.Start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Printf("ready after %s\nexport KUBECONFIG=%s\n", time.Since(began).Round(time.Second), c.KubeconfigPath)
	return errors.Join(c.Wait(ctx), c.Stop())
}
