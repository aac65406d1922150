// Command cluster measures the operator on a real API server and etcd with a
// synthetic mesh: its start, memory, latency, and what it does under churn, in
// peace, at a change of the whole mesh and at a memory limit. Each figure stands
// beside a floor of the same run and machine: what a client needs at least for
// the same. It prints a Markdown table and fails if a bar is missed.
//
//	make bench-cluster SIZE=10000
//	go run ./hack/bench/cluster --size 10000 --keep DIR --only latency,root
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// roles are the programs that the operator is held against: this program in
// processes of their own.
var roles = map[string]func(context.Context, *rest.Config) error{"list": list, "hold": hold, "react": react}

// words are those of the command line that are not the bench's.
type words struct {
	only             string
	role, kubeconfig string
}

func main() {
	ctrl.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	b := &bench{progress: os.Stderr}
	w := b.flags(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.become(ctx, w)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-cluster:", err)
		os.Exit(1)
	}
}

// flags reads the command line; a wrong one ends the program.
func (b *bench) flags(args []string) words {
	var w words
	f := flag.NewFlagSet("bench-cluster", flag.ExitOnError)
	f.IntVar(&b.size, "size", 10_000, "Pods of the mesh")
	f.Uint64Var(&b.seed, "seed", 1, "seed of the mesh and of what happens to it")
	f.DurationVar(&b.steadyFor, "steady", 10*time.Minute, "how long nothing happens in part steady")
	f.DurationVar(&b.churnFor, "churn", 5*time.Minute, "how long part churn lasts")
	minutes := f.Float64("minutes", 0, "minutes of each of the long parts, instead of --steady and --churn")
	f.Float64Var(&b.rate, "rate", 500, "writes per second of churn")
	f.IntVar(&b.edits, "edits", 200, "edits of a latency measurement")
	// Go forces a collection every two minutes, and gives back what is free.
	f.DurationVar(&b.restFor, "rest", 150*time.Second, "how long a process rests before its memory is read")
	f.StringVar(&b.binary, "binary", "bin/meshaudit", "the operator")
	f.StringVar(&b.keep, "keep", "", "folder that keeps the filled cluster for later runs (default: none)")
	f.StringVar(&w.only, "only", "", "parts to run, comma-separated: "+strings.Join(names(), ","))
	f.StringVar(&w.role, "role", "", "be a program to compare with: list, hold or react")
	f.StringVar(&w.kubeconfig, "kubeconfig", "", "kubeconfig of a role")
	_ = f.Parse(args) // exits on error
	if *minutes > 0 {
		b.steadyFor = time.Duration(*minutes * float64(time.Minute))
		b.churnFor = b.steadyFor
	}
	return w
}

// become is what the flags say: a role, or the measurements.
func (b *bench) become(ctx context.Context, w words) error {
	if w.role == "" {
		return b.run(ctx, w.only)
	}
	be, ok := roles[w.role]
	if !ok {
		return fmt.Errorf("no role %q", w.role)
	}
	config, err := clientcmd.BuildConfigFromFlags("", w.kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	return be(ctx, config)
}
